// A box that scrolls on its own: keys reach it as soon as its content is larger than it is, and not before.
import { type ReactNode, useLayoutEffect, useRef } from "react";

interface ScrolledProps {
  as?: "div" | "pre";
  /** What a screen reader says of it. */
  label: string;
  className?: string | undefined;
  children: ReactNode;
}

export function Scrolled({ as: Tag = "div", label, className, children }: ScrolledProps) {
  const box = useRef<HTMLDivElement & HTMLPreElement>(null);
  // After every drawing: what grows inside makes no noise of its own where the box keeps its size.
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const judge = () => {
      const isLarger = current.scrollHeight > current.clientHeight || current.scrollWidth > current.clientWidth;
      if (isLarger) current.tabIndex = 0;
      else current.removeAttribute("tabindex");
    };
    judge();
    const watch = new ResizeObserver(judge);
    watch.observe(current);
    return () => watch.disconnect();
  });
  return (
    <Tag ref={box} role="group" className={className} aria-label={label}>
      {children}
    </Tag>
  );
}

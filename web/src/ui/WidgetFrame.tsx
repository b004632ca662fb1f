// A widget of a message in its frame: no origin, no network, no way out (docs/adr/0036). Used by the chat and wherever a
// widget is previewed.
import { RotateCw } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/useWords";
import { Button } from "./Button";
import { guardFocus } from "./focusGuard";
import styles from "./WidgetFrame.module.css";
import { FloodGauge, Gate, readWidgetNote, type Widget } from "./widgetNotes";

interface WidgetFrameProps {
  readonly widget: Widget;
  /** What the widget says in the person's name. */
  readonly onSend: (text: string) => void;
}

const TOKENS = [
  "accent",
  "on-accent",
  "accent-text",
  "surface",
  "surface-quiet",
  "text",
  "text-quiet",
  "line",
  "radius",
];
const PING_EVERY_MS = 2_000;
const SILENT_PINGS = 3;

function themeOfPage(): { theme: Record<string, string>; scheme: string } {
  const style = getComputedStyle(document.documentElement);
  const theme = Object.fromEntries(TOKENS.map((token) => [token, style.getPropertyValue(`--${token}`).trim()]));
  return { theme, scheme: style.colorScheme };
}

/** Whether the person is acting inside this frame right now: the focus is there, and a click or key was a moment ago. */
function isUsed(frame: HTMLIFrameElement): boolean {
  const activation = navigator.userActivation as UserActivation | undefined;
  return document.activeElement === frame && (activation?.isActive ?? true);
}

/** Draws the widget and hears it; `onStuck` when it leaves its page or stops answering. */
function useWidget(widget: Widget, onSend: (text: string) => void, onStuck: () => void) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState<number | null>(null);
  const isReady = useRef(false);
  const unanswered = useRef(0);
  const gate = useRef(new Gate());
  const gauge = useRef(new FloodGauge());

  const draw = useCallback(() => {
    const { body, css, js } = widget;
    if (isReady.current)
      frame.current?.contentWindow?.postMessage({ dbcv: "draw", body, css, js, ...themeOfPage() }, "*");
  }, [widget]);

  useEffect(() => {
    const act = (note: NonNullable<ReturnType<typeof readWidgetNote>>, element: HTMLIFrameElement) => {
      unanswered.current = 0;
      if (note.kind === "ready") {
        isReady.current = true;
        draw();
      } else if (note.kind === "height") setHeight(note.px);
      else if (note.kind === "send" && gate.current.isOpen(Date.now(), isUsed(element))) onSend(note.text);
      else if (note.kind === "open" && gate.current.isOpen(Date.now(), isUsed(element)))
        window.open(note.href, "_blank", "noopener,noreferrer");
    };
    const hear = ({ source, origin, data }: MessageEvent) => {
      // A frame without an origin says "null"; any other has left the page it was given.
      if (!frame.current || source !== frame.current.contentWindow || origin !== "null") return;
      if (gauge.current.isFlooded(Date.now())) {
        onStuck();
        return;
      }
      const note = readWidgetNote(data);
      if (note) act(note, frame.current);
    };
    addEventListener("message", hear);
    const followed = new MutationObserver(draw);
    followed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "style"] });
    return () => {
      removeEventListener("message", hear);
      followed.disconnect();
    };
  }, [draw, onSend, onStuck]);

  useEffect(() => {
    const timer = setInterval(() => {
      // In the background both sides sleep: silence means nothing there.
      if (!isReady.current || document.visibilityState !== "visible") return;
      unanswered.current += 1;
      if (unanswered.current > SILENT_PINGS) onStuck();
      else frame.current?.contentWindow?.postMessage({ dbcv: "ping" }, "*");
    }, PING_EVERY_MS);
    return () => clearInterval(timer);
  }, [onStuck]);

  useEffect(() => (frame.current ? guardFocus(frame.current, onStuck) : undefined), [onStuck]);

  return { frame, height };
}

export function WidgetFrame({ widget, onSend }: WidgetFrameProps) {
  const { t } = useWords();
  const [isStuck, setIsStuck] = useState(false);
  const stop = useCallback(() => setIsStuck(true), []);
  if (isStuck)
    return (
      <div className={styles.stuck} role="status">
        <span>{t("shell.widget_stopped")}</span>
        <Button kind="quiet" onClick={() => setIsStuck(false)}>
          <RotateCw size={16} strokeWidth={1.75} aria-hidden />
          {t("shell.widget_again")}
        </Button>
      </div>
    );
  return <RunningWidget widget={widget} onSend={onSend} onStuck={stop} />;
}

function RunningWidget({ widget, onSend, onStuck }: WidgetFrameProps & { onStuck: () => void }) {
  const { t } = useWords();
  const { frame, height } = useWidget(widget, onSend, onStuck);
  const loads = useRef(0);
  const onLoad = () => {
    loads.current += 1;
    // A second page in the frame is not the widget any more.
    if (loads.current > 1) onStuck();
  };
  return (
    <iframe
      ref={frame}
      className={styles.frame}
      data-drawn={height !== null}
      src="/widget-frame"
      sandbox="allow-scripts"
      title={t("shell.widget", { name: widget.name || widget.id })}
      loading="lazy"
      referrerPolicy="no-referrer"
      style={height === null ? undefined : { blockSize: height }}
      onLoad={onLoad}
    />
  );
}

// Lies over the canvas while a template is open.
import { Suspense, useEffect } from "react";
import { page } from "../../../app/page";
import { leaveTemplate, useInside } from "./templates";

const TemplateView = page("work", () => import("./TemplateView"));

export function TemplateOver() {
  const isOpen = useInside((state) => state.path.length > 0);
  // Nothing is left open of another bot, or of the time before another page.
  useEffect(() => leaveTemplate(0), []);
  return isOpen ? (
    <Suspense fallback={null}>
      <TemplateView />
    </Suspense>
  ) : null;
}

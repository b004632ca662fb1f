// Lies over the canvas while a template is open.
import { Suspense } from "react";
import { page } from "../../../app/page";
import { useInside } from "./templates";

const TemplateView = page("work", () => import("./TemplateView"));

export function TemplateOver() {
  const isOpen = useInside((state) => state.path.length > 0);
  return isOpen ? (
    <Suspense fallback={null}>
      <TemplateView />
    </Suspense>
  ) : null;
}

import { type ComponentType, lazy } from "react";
import type { Area } from "../i18n/types";
import { loadWords } from "../i18n/words";

/** A page that is loaded, together with its texts, when it is first shown. */
export function page<P>(area: Area, load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(async () => (await Promise.all([load(), loadWords(area)]))[0]);
}

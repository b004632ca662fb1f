import { type ComponentType, lazy } from "react";
import type { Area } from "../i18n/types";
import { loadWords } from "../i18n/words";

const WAITS_MS = [1_000, 2_000, 4_000, 8_000];

/** Loads a part of the pages; while there is no line it waits for one, so that the page it belongs to goes on. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (const wait of WAITS_MS)
    try {
      return await load();
    } catch {
      await (navigator.onLine ? new Promise((done) => setTimeout(done, wait)) : online());
    }
  return load();
}

function online(): Promise<unknown> {
  return new Promise((done) => addEventListener("online", done, { once: true }));
}

/** A page that is loaded, together with its texts, when it is first shown. */
export function page<P>(area: Area, load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(async () => (await patiently(() => Promise.all([load(), loadWords(area)])))[0]);
}

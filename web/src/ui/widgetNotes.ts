// What comes out of a widget's frame is an author's, or an attacker's, word: read by its shape, bounded, and heard only
// as often as a person could mean it. Pure.
export interface Widget {
  readonly id: string;
  readonly name: string;
  readonly body: string;
  readonly css: string;
  readonly js: string;
}

export type WidgetNote =
  | { readonly kind: "ready" | "pong" }
  | { readonly kind: "height"; readonly px: number }
  | { readonly kind: "send"; readonly text: string }
  | { readonly kind: "open"; readonly href: string };

const LOWEST_PX = 24;
const HIGHEST_PX = 480;
const LONGEST_TEXT = 2_000;
const LONGEST_LINK = 2_048;
const LINKS = new Set(["http:", "https:", "mailto:"]);

function linkOf(address: unknown): string | null {
  try {
    const url = new URL(String(address).slice(0, LONGEST_LINK));
    return LINKS.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A note of a widget, or null for everything else. */
export function readWidgetNote(data: unknown): WidgetNote | null {
  if (typeof data !== "object" || data === null || !("widget" in data) || data.widget !== true) return null;
  const { kind, px, text, href } = data as Record<string, unknown>;
  if (kind === "ready" || kind === "pong") return { kind };
  if (kind === "height" && typeof px === "number" && Number.isFinite(px))
    return { kind, px: Math.min(HIGHEST_PX, Math.max(LOWEST_PX, Math.ceil(px))) };
  if (kind === "send" && typeof text === "string" && text.trim() !== "" && text.length <= LONGEST_TEXT)
    return { kind, text };
  const link = kind === "open" ? linkOf(href) : null;
  return link ? { kind: "open", href: link } : null;
}

const AT_LEAST_MS = 700;
const WINDOW_MS = 60_000;
const MOST_IN_WINDOW = 20;

/** Lets a widget act while the person uses it, not oftener than a person would. */
export class Gate {
  private readonly times: number[] = [];

  isOpen(now: number, isUsed: boolean): boolean {
    while (this.times[0] !== undefined && this.times[0] < now - WINDOW_MS) this.times.shift();
    const last = this.times.at(-1);
    if (!isUsed || this.times.length >= MOST_IN_WINDOW || (last !== undefined && now - last < AT_LEAST_MS))
      return false;
    this.times.push(now);
    return true;
  }
}

const MOST_NOTES_A_SECOND = 200;

/** Counts what a frame says; true once it says more than any honest widget would. */
export class FloodGauge {
  private second = 0;
  private count = 0;

  isFlooded(now: number): boolean {
    const second = Math.floor(now / 1_000);
    this.count = second === this.second ? this.count + 1 : 1;
    this.second = second;
    return this.count > MOST_NOTES_A_SECOND;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The widget of a message, as the server rendered it. */
export function readWidget(value: unknown): Widget | null {
  if (typeof value !== "object" || value === null) return null;
  const { id, name, body, css, js } = value as Record<string, unknown>;
  return { id: textOf(id), name: textOf(name), body: textOf(body), css: textOf(css), js: textOf(js) };
}

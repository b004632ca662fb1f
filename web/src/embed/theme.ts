// The five variables of the look: the page's own custom properties first, then what the channel's owner set.
import type { Theme } from "./protocol";

/** As the server gives it: colours as #rrggbb. */
export interface OwnerTheme {
  readonly accent?: string | null;
  readonly on_accent?: string | null;
  readonly surface?: string | null;
  readonly text?: string | null;
  readonly radius_px?: number | null;
}

const HEX = /^#[0-9a-f]{6}$/i;
const NAMES = { accent: "accent", onAccent: "on-accent", surface: "surface", text: "text", radius: "radius" } as const;

/** Black or white, whichever is easier to read on a colour. */
export function readableOn(colour: string): string {
  const parts = [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#111318" : "#ffffff";
}

function fromOwner(theme: OwnerTheme): Theme {
  const found: Record<string, string> = {};
  const hex = (value: unknown) => (typeof value === "string" && HEX.test(value) ? value : null);
  const accent = hex(theme.accent);
  const onAccent = hex(theme.on_accent) ?? (accent && readableOn(accent));
  if (accent) found.accent = accent;
  if (onAccent) found.onAccent = onAccent;
  if (hex(theme.surface)) found.surface = String(theme.surface);
  if (hex(theme.text)) found.text = String(theme.text);
  if (typeof theme.radius_px === "number") found.radius = `${theme.radius_px}px`;
  return found;
}

/** Owner's values as rules of the shadow root; the page's custom properties stand before them there. */
export function themeRules(theme: OwnerTheme, scheme: string | null): string {
  const values = Object.entries(fromOwner(theme)) as [keyof typeof NAMES, string][];
  const rules = values.map(([name, value]) => `--_${NAMES[name]}: ${value};`);
  if (scheme === "light" || scheme === "dark") rules.push(`--_scheme: ${scheme};`);
  return `:host { ${rules.join(" ")} }`;
}

/** What the chat in the frame is told: no rule of this page reaches it. */
export function themeFor(element: Element, theme: OwnerTheme): Theme {
  const style = getComputedStyle(element);
  const own: Record<string, string> = {};
  for (const [name, property] of Object.entries(NAMES)) {
    const value = style.getPropertyValue(`--dbcv-${property}`).trim();
    if (value !== "") own[name] = value.slice(0, 100);
  }
  const accent = own.accent;
  if (accent && !own.onAccent && HEX.test(accent)) own.onAccent = readableOn(accent);
  return { ...fromOwner(theme), ...own };
}

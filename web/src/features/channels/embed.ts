// The chat on other people's pages as text: the line to paste, the page of the preview, what an origin is.
import type { EmbedConfig } from "./queries";

export type Mode = "bubble" | "popup" | "inline";
export type Scheme = "auto" | "light" | "dark";
export type Theme = NonNullable<EmbedConfig["theme"]>;

/** What is not kept with the channel but said by the page itself. */
export interface Stand {
  readonly mode: Mode;
  readonly scheme: Scheme;
}

function attributes(channelId: string, { mode, scheme }: Stand): string {
  const own = [mode !== "bubble" && ` data-mode="${mode}"`, scheme !== "auto" && ` data-scheme="${scheme}"`];
  return `data-channel="${channelId}"${own.filter(Boolean).join("")}`;
}

export const snippetOf = (channelId: string, stand: Stand, base = location.origin) =>
  `<script async src="${base}/embed.js" ${attributes(channelId, stand)}></script>`;

/** A page that one tries at home has no certificate. */
const OWN_MACHINE = /^(localhost|127\.\d+\.\d+\.\d+)(:|\/|$)/i;

/** The exact origin of what a person pasted; null for what is none. */
export function originOf(text: string): string | null {
  const written = text.trim();
  if (written === "*") return "*";
  const scheme = OWN_MACHINE.test(written) ? "http" : "https";
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `${scheme}://${written}`;
  try {
    const { origin, protocol, hostname } = new URL(whole);
    const isSite = (protocol === "https:" || protocol === "http:") && /[.:]|^localhost$/.test(hostname);
    return isSite ? origin : null;
  } catch {
    return null; // Half typed.
  }
}

/** Lines of a field as origins, each once; what is no origin comes back in `wrong`. */
export function originsOf(text: string): { origins: string[]; wrong: string[] } {
  const lines = text.split(/[\s,]+/).filter(Boolean);
  const wrong = lines.filter((line) => originOf(line) === null);
  const origins = lines.map(originOf).filter((origin): origin is string => origin !== null);
  return { origins: [...new Set(origins)], wrong };
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

const VARIABLES: readonly [keyof Theme, string, string][] = [
  ["accent", "accent", ""],
  ["on_accent", "on-accent", ""],
  ["surface", "surface", ""],
  ["text", "text", ""],
  ["radius_px", "radius", "px"],
];

function themeStyle(theme: Theme): string {
  const given = VARIABLES.filter(([name]) => theme[name] !== null && theme[name] !== undefined);
  return given.map(([name, property, unit]) => `--dbcv-${property}: ${theme[name]}${unit};`).join(" ");
}

interface PreviewWords {
  title: string;
  text: string;
  open: string;
}

/** A plain page of somebody's, with the chat on it as it is set now. Its button opens a dialog (`Preview` wires it). */
export function previewPage(channelId: string, stand: Stand, config: EmbedConfig, words: PreviewWords): string {
  const place = config.position ? ` data-position="${config.position}"` : "";
  const locale = config.locale ? ` data-locale="${config.locale}"` : "";
  const isDark = stand.scheme === "dark";
  const colours = isDark ? "background:#15171c;color:#e9ebef;color-scheme:dark" : "background:#fff;color:#1a1d23";
  const script = `<script async src="/embed.js" ${attributes(channelId, stand)}${place}${locale}></script>`;
  const button = stand.mode === "popup" ? `<p><button type="button">${escaped(words.open)}</button></p>` : "";
  return `<!doctype html><html><head><meta charset="utf-8"><title>${escaped(words.title)}</title><style>
body{margin:0;padding:24px;font:15px/22px system-ui,sans-serif;${colours}}
h1{line-height:1.2}
i{display:block;height:10px;margin:12px 0;border-radius:5px;background:currentColor;opacity:.12}
dbcv-chat{${themeStyle(config.theme ?? {})}--dbcv-height:440px}
</style></head><body><h1>${escaped(words.title)}</h1><p>${escaped(words.text)}</p>${button}
<i></i><i></i><i style="width:70%"></i>${script}</body></html>`;
}

// What the server says, in the language of the page: refusals, reasons of failures, remarks of a trace. They come in English,
// for programs and logs too; a sentence that is not known here is shown as it came.
import type { Language } from "./types";

type Find = (text: string) => string | null;

let find: Find | null = null;
const THOUSANDS = /^\d{1,3}(,\d{3})+$/;
const SPECIAL = /[.*+?^${}()|[\]\\]/g;
// "changes[0].path: leads nowhere", "http_error: the request took too long", "Value error, …", "NameError: …"
const BEHIND = /^((?:[\w.[\]*-]+: )|Value error, )(.+)$/s;

const escaped = (text: string) => text.replace(SPECIAL, "\\$&");
const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const raised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

interface Pattern {
  readonly shape: RegExp;
  readonly said: string;
}

/** Those with the most words of their own come first: "the answer of {} is …" before "{} is …". */
function patternsOf(pairs: Record<string, string>): Pattern[] {
  return Object.entries(pairs)
    .filter(([text]) => text.includes("{}"))
    .sort(([one], [other]) => other.replaceAll("{}", "").length - one.replaceAll("{}", "").length)
    .map(([text, said]) => ({ shape: new RegExp(`^${text.split("{}").map(escaped).join("(.*?)")}$`, "s"), said }));
}

function filled(said: string, values: string[], known: Find): string {
  return said.replace(/\{(\d)(~?)\}/g, (_, place: string, isWords: string) => {
    const value = values[Number(place)] ?? "";
    if (THOUSANDS.test(value)) return value.replaceAll(",", "\u00a0");
    return (isWords && known(value)) || value;
  });
}

/** Finds the words for a sentence, null where there are none. */
export function finder(pairs: Record<string, string>): Find {
  const exact = new Map(Object.entries(pairs));
  const patterns = patternsOf(pairs);
  function plain(text: string): string | null {
    const said = exact.get(text);
    if (said !== undefined) return said;
    for (const pattern of patterns) {
      const held = pattern.shape.exec(text);
      if (held) return filled(pattern.said, held.slice(1), known);
    }
    const [, before = "", rest = ""] = BEHIND.exec(text) ?? [];
    const inside = rest && known(rest);
    return inside ? `${before === "Value error, " ? "" : before}${inside}` : null;
  }
  function known(text: string): string | null {
    const low = lowered(text);
    const asItIs = plain(text);
    if (asItIs !== null || low === text) return asItIs;
    const inside = plain(low);
    return inside === null ? null : raised(inside);
  }
  return known;
}

let spoken: Language = "en";
let speaking: Promise<void> = Promise.resolve();

async function load(): Promise<void> {
  try {
    const { default: pairs } = await import("./told/ru");
    if (spoken === "ru") find = finder(pairs);
  } catch {
    spoken = "en"; // The line is gone: sentences stay as they came until words are loaded again.
  }
}

/** Lets `told` speak this language from now on. */
export function speak(language: Language): Promise<void> {
  if (language === spoken) return speaking;
  spoken = language;
  find = null;
  speaking = language === "ru" ? load() : Promise.resolve();
  return speaking;
}

/** A sentence of the server as the page says it. */
export function told(text: string): string {
  return (text && find?.(text)) || text;
}

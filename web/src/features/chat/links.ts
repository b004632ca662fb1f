// Finds links in plain text. Only http, https and mailto ever become one; everything else stays text.
export interface TextPart {
  readonly text: string;
  readonly href?: string;
}

const CANDIDATE = /\b(?:https?:\/\/|mailto:)[^\s<>"'`{}|\\^]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;
const TRAILING = /[.,:;!?…»”’]+$/;
const SAFE_PROTOCOLS = new Set(["http:", "https:", "mailto:"]);

/** The address if it is one that a message may link to, else null. */
export function safeHref(address: string): string | null {
  try {
    const url = new URL(address);
    return SAFE_PROTOCOLS.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link's end without the punctuation of the sentence around it; a bracket stays if it was opened inside. */
function trimEnd(found: string): string {
  const bare = found.replace(TRAILING, "");
  const closes = bare.endsWith(")") && !bare.includes("(");
  const closesSquare = bare.endsWith("]") && !bare.includes("[");
  return closes || closesSquare ? trimEnd(bare.slice(0, -1)) : bare;
}

export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimEnd(match[0]);
    const href = safeHref(/^(https?:|mailto:)/i.test(shown) ? shown : `mailto:${shown}`);
    if (!href) continue;
    if (match.index > done) parts.push({ text: text.slice(done, match.index) });
    parts.push({ text: shown, href });
    done = match.index + shown.length;
  }
  if (done < text.length) parts.push({ text: text.slice(done) });
  return parts;
}

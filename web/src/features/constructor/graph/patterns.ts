// Can the engine use this regular expression? What of RE2's grammar a person gets wrong while typing, said before anything
// is sent. Pure. `patterns.cases.json` holds it to the engine's own verdicts.

export type PatternFault =
  | "empty"
  | "long"
  | "set"
  | "range"
  | "group"
  | "closing"
  | "repeat"
  | "count"
  | "escape"
  | "unknown";

const MAX_CHARS = 1_000;
const MAX_REPEATS = 1_000;
const PLACEHOLDER = /\{\$.*?\$\}/s;
const COUNT = /^\{(\d+)(,(\d*))?\}/;
const GROUP = /^\(\?(?:P?<[\p{L}\p{M}\p{N}\p{Pc}]+>|([imsU]*(?:-[imsU]+)?)([:)]))/u;
const ESCAPE =
  /^\\(?:[pP](?:[CLMNPSZ]|\{\^?[A-Za-z_]+\})|x(?:[0-9a-fA-F]{2}|\{[0-9a-fA-F]{1,6}\})|0[0-7]{0,2}|[1-7][0-7]{1,2}|[dDsSwWafnrtv]|[!-/:-@[-`{-~ ])/;
const OUTSIDE_SETS = /^\\[bBAzC]/;
const NAMED_SET = /^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/;
const WHOLE_SET = /^\\[dDsSwWpP]/;

/** Null: the engine takes it. A pattern with variables is made when the rule is tried, so nothing is said of it. */
export function patternFault(text: string): PatternFault | null {
  if (text === "") return "empty";
  if ([...text].length > MAX_CHARS) return "long";
  return PLACEHOLDER.test(text) ? null : new Reader(text).fault();
}

class Reader {
  private readonly text: string;
  private at = 0;
  private open = 0;
  /** Whether a repeat may stand here: after something, and not after another repeat. */
  private before: "nothing" | "something" | "repeat" = "nothing";

  constructor(text: string) {
    this.text = text;
  }

  fault(): PatternFault | null {
    while (this.at < this.text.length) {
      const fault = this.piece(this.text.charAt(this.at));
      if (fault) return fault;
    }
    return this.open ? "group" : null;
  }

  private piece(char: string): PatternFault | null {
    if (char === "(") return this.group();
    if (char === ")") return this.close();
    if (char === "[") return this.set();
    if (char === "\\") return this.escape();
    if (char === "*" || char === "+" || char === "?") return this.repeat(1);
    const count = char === "{" ? COUNT.exec(this.rest()) : null;
    if (count) return this.counted(count);
    this.at += 1;
    this.before = char === "|" ? "nothing" : "something";
    return null;
  }

  private rest(): string {
    return this.text.slice(this.at);
  }

  private group(): PatternFault | null {
    if (this.text.charAt(this.at + 1) !== "?") return this.opened(1);
    const found = GROUP.exec(this.rest());
    if (!found) return /^\(\?(?:P?<?[\p{L}\p{N}_]*|[imsU-]*)$/u.test(this.rest()) ? "group" : "unknown";
    const [whole, flags, end] = found;
    if (end === ")") {
      this.at += whole.length;
      if (this.before === "repeat") this.before = "something";
      return flags === "" ? "repeat" : null;
    }
    return this.opened(whole.length);
  }

  private opened(length: number): null {
    this.at += length;
    this.open += 1;
    this.before = "nothing";
    return null;
  }

  private close(): PatternFault | null {
    if (!this.open) return "closing";
    this.at += 1;
    this.open -= 1;
    this.before = "something";
    return null;
  }

  private escape(): PatternFault | null {
    const rest = this.rest();
    if (rest.startsWith("\\Q")) return this.quoted(rest);
    const found = ESCAPE.exec(rest) ?? OUTSIDE_SETS.exec(rest);
    if (!found || isNone(found[0])) return "escape";
    this.at += found[0].length;
    this.before = "something";
    return null;
  }

  private quoted(rest: string): null {
    const end = rest.indexOf("\\E");
    this.at += end < 0 ? rest.length : end + 2;
    if (end !== 2 && rest.length > 2) this.before = "something";
    return null;
  }

  private repeat(length: number): PatternFault | null {
    if (this.before !== "something") return "repeat";
    this.at += length;
    if (this.text.charAt(this.at) === "?") this.at += 1;
    this.before = "repeat";
    return null;
  }

  private counted([whole, low, comma, high]: RegExpExecArray): PatternFault | null {
    const least = Number(low);
    const most = comma && high ? Number(high) : least;
    return least > MAX_REPEATS || most > MAX_REPEATS || most < least ? "count" : this.repeat(whole.length);
  }

  private set(): PatternFault | null {
    this.at += this.text.charAt(this.at + 1) === "^" ? 2 : 1;
    for (let isFirst = true; isFirst || this.text.charAt(this.at) !== "]"; isFirst = false) {
      const fault = this.member();
      if (fault) return fault;
    }
    this.at += 1;
    this.before = "something";
    return null;
  }

  private member(): PatternFault | null {
    const rest = this.rest();
    if (rest === "") return "set";
    if (rest.startsWith("[:") && rest.includes(":]")) {
      const named = NAMED_SET.exec(rest);
      if (!named) return "range";
      this.at += named[0].length;
      return null;
    }
    if (WHOLE_SET.test(rest)) return this.one().fault;
    const low = this.one();
    if (low.fault) return low.fault;
    if (!/^-[^\]]/s.test(this.rest())) return null;
    this.at += 1;
    if (WHOLE_SET.test(this.rest())) return "range";
    const high = this.one();
    return high.fault ?? (high.code < low.code ? "range" : null);
  }

  /** One character of a set, escaped or not. */
  private one(): { code: number; fault: PatternFault | null } {
    const rest = this.rest();
    if (rest === "") return { code: 0, fault: "set" };
    if (!rest.startsWith("\\")) {
      const code = rest.codePointAt(0) ?? 0;
      this.at += code > 0xffff ? 2 : 1;
      return { code, fault: null };
    }
    const found = ESCAPE.exec(rest);
    if (!found || isNone(found[0])) return { code: 0, fault: rest === "\\" ? "set" : "escape" };
    this.at += found[0].length;
    return { code: codeOf(found[0]), fault: null };
  }
}

/** Well written, but there is no such character, or no such kind of characters. */
function isNone(written: string): boolean {
  if (written.startsWith("\\x")) return codeOf(written) > 0x10ffff;
  const name = /^\\[pP]\{\^?(\w+)\}$/.exec(written)?.[1];
  if (name === undefined || name === "Any" || /^[CLMNPSZ]$/.test(name)) return false;
  return !isKnown(/^[A-Z][a-z]$/.test(name) ? name : `Script=${name}`);
}

function isKnown(property: string): boolean {
  try {
    new RegExp(`\\p{${property}}`, "u");
    return true;
  } catch {
    return false;
  }
}

const CONTROLS: Record<string, number> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

function codeOf(written: string): number {
  const inner = written.slice(1);
  if (inner.startsWith("x")) return Number.parseInt(inner.replace(/[x{}]/g, ""), 16);
  if (/^[0-7]/.test(inner)) return Number.parseInt(inner, 8);
  return CONTROLS[inner] ?? inner.codePointAt(0) ?? 0;
}

// The chat inside a frame of another page (embed.js): who that page is, what it asks for, what it is told.
// Which pages may frame this one at all, the server says by frame-ancestors; other windows are not heard.
import { type Facts, LONGEST_TEXT, readNote, type Theme, type ToHost } from "../../embed/protocol";
import { rememberAround } from "./device";
import type { ChatSession } from "./session";

const MEET_WITHIN_MS = 3_000;

function textFields(value: unknown): Record<string, string> {
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === "string"));
}

function readFacts(value: unknown): Facts | null {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof fields.signed === "string" && typeof fields.signature === "string")
    return { signed: fields.signed, signature: fields.signature };
  const { variables } = fields;
  return typeof variables === "object" && variables !== null ? ({ variables } as Facts) : null;
}

const isColour = (value: string) => CSS.supports("color", value);
const mix = (share: number) => `color-mix(in oklab, var(--text) ${share}%, var(--surface))`;

/** The five variables as this page's tokens; what follows from them follows. */
function tokensOf(theme: Theme): Record<string, string> {
  const { accent, onAccent, surface, text, radius } = theme;
  const tokens: Record<string, string> = {};
  if (accent && isColour(accent)) {
    tokens["--accent"] = accent;
    tokens["--accent-hover"] = `color-mix(in oklab, ${accent} 88%, black)`;
    tokens["--accent-text"] = `color-mix(in oklab, ${accent} 62%, var(--text))`;
    tokens["--focus"] = tokens["--accent-text"];
    tokens["--accent-quiet"] = `color-mix(in oklab, ${accent} 12%, var(--surface))`;
  }
  if (onAccent && isColour(onAccent)) tokens["--on-accent"] = onAccent;
  if (surface && isColour(surface))
    for (const name of ["--surface", "--surface-raised", "--page"]) tokens[name] = surface;
  if (text && isColour(text)) tokens["--text"] = text;
  if (tokens["--surface"] || tokens["--text"])
    Object.assign(tokens, {
      "--text-quiet": mix(76),
      "--surface-quiet": mix(6),
      "--surface-hover": mix(10),
      "--line": mix(14),
      "--line-strong": mix(52),
    });
  if (radius && CSS.supports("border-radius", radius)) tokens["--radius-bubble"] = radius;
  return tokens;
}

export class Host {
  /** Comes true when the page around has introduced itself, or does not. */
  readonly met: Promise<void>;
  canClose = false;
  isOpen = true;
  facts: Facts | null = null;
  private origin: string | null = null;
  private session: ChatSession | null = null;
  /** Said by the page around before the chat was there to say it. */
  private readonly early: string[] = [];
  private toldUnread = 0;
  private readonly listeners = new Set<() => void>();

  constructor() {
    this.met = new Promise((resolve) => {
      setTimeout(resolve, MEET_WITHIN_MS);
      addEventListener("message", (event) => {
        if (event.source !== parent || (this.origin !== null && event.origin !== this.origin)) return;
        const note = readNote(event.data);
        if (note?.dbcv === "hello") {
          this.origin = event.origin;
          this.hello(note);
          resolve();
        } else if (note && this.origin !== null) this.hear(note);
      });
    });
    addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.close());
    parent.postMessage({ dbcv: "ready" } satisfies ToHost, "*");
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Tells the page around of what is said from now on, and how much of it is unread. */
  follow(session: ChatSession): () => void {
    this.session = session;
    session.setShown(this.isOpen);
    for (const text of this.early.splice(0)) session.send(text);
    const newest = () => session.view().messages.findLast(({ id }) => id !== null)?.id ?? "";
    // By each message's own id: the answer may be here before the server has said under which id it keeps the question.
    let from = newest();
    const told = new Set<string>();
    let wasReady = session.view().phase === "ready";
    return session.subscribe(() => {
      const { messages, unreadCount, phase } = session.view();
      const isReady = phase === "ready";
      // What was said before the page was opened is history, not news.
      if (isReady && !wasReady) from = newest();
      for (const { id, author, text, sentAt } of isReady ? messages : []) {
        if (id === null || id <= from || told.has(id)) continue;
        told.add(id);
        this.say({ dbcv: "message", message: { id, author, text, sentAt } });
      }
      wasReady = isReady;
      if (unreadCount !== this.toldUnread) this.say({ dbcv: "unread", count: unreadCount });
      this.toldUnread = unreadCount;
    });
  }

  close(): void {
    if (this.canClose) this.say({ dbcv: "close" });
  }

  private say(note: ToHost): void {
    if (this.origin !== null) parent.postMessage(note, this.origin);
  }

  private hello(note: Record<string, unknown>): void {
    const { style, dataset } = document.documentElement;
    for (const [name, value] of Object.entries(tokensOf(textFields(note.theme)))) style.setProperty(name, value);
    if (note.scheme === "light" || note.scheme === "dark") dataset.theme = note.scheme;
    this.remember(textFields(note.kept));
    this.facts = readFacts(note.facts);
    this.canClose = note.canClose === true;
    this.show(note.isOpen === true);
  }

  /** Browsers refuse storage to frames of other sites when they are asked to: then the page around keeps it. */
  private remember(kept: Record<string, string>): void {
    const known = new Map(Object.entries(kept));
    rememberAround({
      getItem: (key) => known.get(key) ?? null,
      setItem: (key, value) => {
        known.set(key, value);
        this.say({ dbcv: "keep", key, value });
      },
      removeItem: (key) => {
        known.delete(key);
        this.say({ dbcv: "keep", key, value: null });
      },
    });
  }

  private hear(note: Record<string, unknown>): void {
    if (note.dbcv === "shown") this.show(note.isOpen === true);
    else if (note.dbcv === "send" && typeof note.text === "string" && note.text.length <= LONGEST_TEXT)
      this.speak(note.text);
    else if (note.dbcv === "user") {
      this.facts = readFacts(note.facts);
      if (this.facts) this.session?.introduce(this.facts);
    }
  }

  private speak(text: string): void {
    if (this.session) this.session.send(text);
    else this.early.push(text);
  }

  private show(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.session?.setShown(isOpen);
    for (const listener of this.listeners) listener();
  }
}

let found: Host | null | undefined;

/** The page around, if embed.js put this one into its frame; asked once for the life of the page. */
export function findHost(): Host | null {
  if (found === undefined)
    found = parent !== window && new URLSearchParams(location.search).has("embed") ? new Host() : null;
  return found;
}

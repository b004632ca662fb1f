// <dbcv-chat>: the button and the frame on somebody else's page. The chat itself is this installation's own page in the
// frame; what the two say to each other is in protocol.ts.
import { FrameLink } from "./link";
import { Memory } from "./memory";
import type { Facts, ToldMessage } from "./protocol";
import { STYLE } from "./style";
import { type OwnerTheme, themeFor, themeRules } from "./theme";
import { type EmbedWords, wordsFor } from "./words";

interface Look {
  readonly name: string;
  readonly position: string;
  readonly greeting: string | null;
  readonly locale: string | null;
  readonly theme: OwnerTheme;
}

export type EmbedEvent = "ready" | "open" | "close" | "message" | "unread";
type Listener = (detail: unknown) => void;

const MODES = ["bubble", "popup", "inline"];
const GREETING_AFTER_MS = 1_500;
const NO_ANSWER_MS = 12_000;
const SVG = "http://www.w3.org/2000/svg";
const SPEECH = "M21 11.5a8.4 8.4 0 0 1-9 8.4 9.6 9.6 0 0 1-3.6-.7L3 21l1.8-4.6A8.4 8.4 0 1 1 21 11.5Z";
const CROSS = "M18 6 6 18M6 6l12 12";

function icon(path: string, name: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const fields = { viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "2", class: name };
  for (const [field, value] of Object.entries({ ...fields, "stroke-linecap": "round", "stroke-linejoin": "round" }))
    svg.setAttribute(field, value);
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  svg.firstElementChild?.setAttribute("d", path);
  return svg;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  fields: Partial<HTMLElementTagNameMap[K]>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...children);
  return element;
}

function closer(label: string, onClick: () => void): HTMLButtonElement {
  const button = make("button", { className: "quiet", type: "button", title: label }, icon(CROSS, "cross"));
  button.setAttribute("aria-label", label);
  button.addEventListener("click", onClick);
  return button;
}

export class ChatElement extends HTMLElement {
  private readonly root = this.attachShadow({ mode: "open" });
  private readonly rules = new CSSStyleSheet();
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly waiting: string[] = [];
  private memory = new Memory("");
  private look: Look | null = null;
  private words: EmbedWords = wordsFor(null, "", [])[1];
  private language = "en";
  private link: FrameLink | null = null;
  private panel: HTMLElement | null = null;
  private bubble: HTMLButtonElement | null = null;
  private greeting: HTMLElement | null = null;
  private facts: Facts | null = null;
  private wantsOpen = false;
  isOpen = false;

  connectedCallback(): void {
    if (this.look || this.panel) return;
    if (!MODES.includes(this.mode)) this.setAttribute("mode", "bubble");
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [style, this.rules];
    this.memory = new Memory(this.channel);
    void this.begin();
  }

  disconnectedCallback(): void {
    this.link?.stop();
    this.link = null;
  }

  open(): void {
    this.wantsOpen = true;
    if (!this.look || this.isOpen) return;
    this.isOpen = true;
    this.greeting?.remove();
    this.show();
    this.memory.keep("open", "yes");
    this.memory.keep("known", "yes");
    this.tell("open");
  }

  close(): void {
    this.wantsOpen = false;
    if (!this.isOpen || this.mode === "inline") return;
    this.isOpen = false;
    if (this.panel instanceof HTMLDialogElement) this.panel.close();
    else if (this.panel) this.panel.hidden = true;
    this.bubble?.setAttribute("aria-expanded", "false");
    this.nameBubble(0);
    this.link?.shown(false);
    this.bubble?.focus();
    this.memory.keep("open", "no");
    this.tell("close");
  }

  /** Says something in the visitor's name; the chat opens. */
  send(text: string): void {
    this.waiting.push(String(text));
    this.open();
    this.sendWaiting();
  }

  setUser(facts: Facts): void {
    this.facts = facts;
    this.link?.user(facts);
  }

  /** Calls back at an event; what it returns ends that. */
  on(event: EmbedEvent, listener: Listener): () => void {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(listener));
    return () => known.delete(listener);
  }

  private get channel(): string {
    return this.getAttribute("channel") ?? "";
  }

  private get mode(): string {
    return this.getAttribute("mode") ?? "";
  }

  private tell(event: EmbedEvent, detail: unknown = null): void {
    for (const listener of this.listeners.get(event) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        reportError(error);
      }
    }
    this.dispatchEvent(new CustomEvent(`dbcv-${event}`, { detail, bubbles: true, composed: true }));
  }

  private async begin(): Promise<void> {
    const look = await fetchLook(this.base, this.channel);
    if (!look || !this.isConnected) return;
    this.look = look;
    const scheme = this.getAttribute("scheme");
    this.rules.replaceSync(themeRules(look.theme, scheme));
    if (!this.hasAttribute("position")) this.setAttribute("position", look.position);
    const asked = this.getAttribute("locale") ?? look.locale;
    [this.language, this.words] = wordsFor(asked, document.documentElement.lang, navigator.languages);
    if (this.mode === "bubble") this.root.append(this.makeBubble());
    if (this.mode === "inline" || this.wantsOpen || this.wasOpen()) this.open();
    else if (this.memory.get("known") === "yes") this.whenIdle(() => this.load());
    else if (this.mode === "bubble" && look.greeting) setTimeout(() => this.greet(), GREETING_AFTER_MS);
  }

  private get base(): string {
    return this.getAttribute("base") ?? "";
  }

  /** A dialog that was open does not jump at the visitor on the next page; a bubble goes on where it was. */
  private wasOpen(): boolean {
    return this.mode === "bubble" && this.memory.get("open") === "yes" && innerWidth > 480;
  }

  private whenIdle(act: () => void): void {
    const run = () => this.isConnected && act();
    if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 4_000 });
    else setTimeout(run, 1_500);
  }

  private makeBubble(): HTMLButtonElement {
    const button = make("button", { className: "bubble", type: "button" }, icon(SPEECH, "more"), icon(CROSS, "less"));
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    this.bubble = button;
    this.nameBubble(0);
    return button;
  }

  private nameBubble(unread: number): void {
    if (!this.bubble) return;
    const { open, openUnread, close } = this.words;
    const name = this.isOpen ? close : unread > 0 ? openUnread.replace("{count}", String(unread)) : open;
    this.bubble.setAttribute("aria-label", name);
    this.bubble.title = name;
    this.bubble.querySelector(".count")?.remove();
    if (unread > 0 && !this.isOpen)
      this.bubble.append(make("span", { className: "count" }, unread > 9 ? "9+" : String(unread)));
  }

  private greet(): void {
    const text = this.look?.greeting;
    if (!text || this.isOpen || this.greeting || this.memory.get("greeted") === "yes") return;
    const dismiss = () => {
      this.greeting?.remove();
      this.memory.keep("greeted", "yes");
    };
    const say = make("button", { className: "say", type: "button" }, text);
    say.addEventListener("click", () => this.open());
    this.greeting = make("div", { className: "greeting", role: "status" }, say, closer(this.words.dismiss, dismiss));
    this.root.prepend(this.greeting);
  }

  private show(): void {
    const panel = this.load();
    if (panel instanceof HTMLDialogElement) panel.showModal();
    else panel.hidden = false;
    this.bubble?.setAttribute("aria-expanded", "true");
    this.nameBubble(0);
    this.link?.shown(true);
  }

  /** The frame, made once; it may wait unseen, so that new messages are counted. */
  private load(): HTMLElement {
    if (this.panel) return this.panel;
    const panel = make(this.mode === "popup" ? "dialog" : "div", {
      className: "panel",
      hidden: this.mode === "bubble",
    });
    panel.setAttribute("aria-label", this.look?.name ?? "");
    if (this.mode === "bubble") panel.setAttribute("role", "dialog");
    if (this.mode === "inline") panel.setAttribute("role", "region");
    panel.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    this.panel = panel;
    this.connectFrame(panel);
    this.root.insertBefore(panel, this.bubble);
    return panel;
  }

  private connectFrame(panel: HTMLElement): void {
    const frame = make("iframe", {
      src: `${this.base}/chat/${encodeURIComponent(this.channel)}?embed&lang=${this.language}`,
      title: this.look?.name ?? "",
      allow: "clipboard-write",
      referrerPolicy: "origin",
    });
    const wait = this.makeWait();
    const late = setTimeout(() => wait.replaceChildren(this.words.failed, ...this.waitCloser()), NO_ANSWER_MS);
    this.link = new FrameLink(frame, this.base, {
      hello: () => ({
        theme: themeFor(this, this.look?.theme ?? {}),
        scheme: this.scheme,
        facts: this.facts,
        isOpen: this.isOpen,
        canClose: this.mode !== "inline",
        kept: this.memory.allOfFrame(),
      }),
      onReady: () => {
        clearTimeout(late);
        wait.remove();
        this.tell("ready");
        this.sendWaiting();
      },
      onClose: () => this.close(),
      onUnread: (count) => {
        this.nameBubble(count);
        this.tell("unread", count);
      },
      onKeep: (key, value) => this.memory.keepForFrame(key, value),
      onMessage: (message: ToldMessage) => this.tell("message", message),
    });
    panel.append(frame, wait);
  }

  private get scheme(): "light" | "dark" | null {
    const scheme = this.getAttribute("scheme");
    return scheme === "light" || scheme === "dark" ? scheme : null;
  }

  private makeWait(): HTMLElement {
    const dots = make("span", { className: "dots" }, make("i", {}), make("i", {}), make("i", {}));
    const wait = make("div", { className: "wait" }, dots, this.words.opening, ...this.waitCloser());
    wait.setAttribute("role", "status");
    return wait;
  }

  private waitCloser(): HTMLElement[] {
    return this.mode === "inline" ? [] : [closer(this.words.close, () => this.close())];
  }

  private sendWaiting(): void {
    if (!this.link?.isReady) return;
    for (const text of this.waiting.splice(0)) this.link.send(text);
  }
}

/** How the chat looks, if this page may show it; else the console says why not, and the page stays as it was. */
async function fetchLook(base: string, channel: string): Promise<Look | null> {
  try {
    const answer = await fetch(`${base}/embed/${encodeURIComponent(channel)}`, { credentials: "omit" });
    if (answer.ok) return (await answer.json()) as Look;
  } catch {
    // Not named by the channel's owner, not reachable, or not allowed by this page's own policy: told below.
  }
  // biome-ignore lint/suspicious/noConsole: whoever builds the page looks here
  console.warn(
    `DBCV: the chat is not shown. The channel has to be public and name ${location.origin} in its allowed origins; ` +
      `a Content-Security-Policy of this page has to allow ${base} in connect-src and frame-src.`,
  );
  return null;
}

// /embed.js: one classic script for other people's pages. It defines <dbcv-chat> and window.DBCV, and makes the chat that
// its own tag names: <script async src="…/embed.js" data-channel="ID"></script>.
import { ChatElement, type EmbedEvent } from "./element";
import type { Fact, Facts } from "./protocol";

const NAME = "dbcv-chat";
const COPIED = ["channel", "mode", "position", "locale", "scheme"];
const script = document.currentScript as HTMLScriptElement | null;
const base = script?.src ? new URL(script.src).origin : location.origin;

function chat(): ChatElement | null {
  const found = document.querySelector(NAME);
  return found instanceof ChatElement ? found : null;
}

/** What was asked for before the chat was on the page is done as soon as it is. */
const early: ((element: ChatElement) => void)[] = [];

function withChat(act: (element: ChatElement) => void): void {
  const element = chat();
  if (element) act(element);
  else early.push(act);
}

function factsOf(wish: unknown): Facts {
  const fields = (typeof wish === "object" && wish !== null ? wish : {}) as Record<string, unknown>;
  if (typeof fields.signed === "string" && typeof fields.signature === "string")
    return { signed: fields.signed, signature: fields.signature };
  return { variables: { ...(fields as Record<string, Fact>) } };
}

const api = {
  open: () => withChat((element) => element.open()),
  close: () => withChat((element) => element.close()),
  send: (text: string) => withChat((element) => element.send(text)),
  setUser: (facts: unknown) => withChat((element) => element.setUser(factsOf(facts))),
  on: (event: EmbedEvent, listener: (detail: unknown) => void) => {
    let end = () => {};
    withChat((element) => {
      end = element.on(event, listener);
    });
    return () => end();
  },
};

class BasedChatElement extends ChatElement {
  override connectedCallback(): void {
    if (!this.hasAttribute("base")) this.setAttribute("base", base);
    super.connectedCallback();
    for (const act of early.splice(0)) act(this);
  }
}

function start(): void {
  const channel = script?.dataset.channel;
  if (!channel || chat()) return;
  const element = document.createElement(NAME);
  for (const name of COPIED) {
    const value = script?.dataset[name];
    if (value) element.setAttribute(name, value);
  }
  const place = script?.dataset.mode === "inline" && document.body.contains(script) ? script : null;
  if (place) place.after(element);
  else document.body.append(element);
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, BasedChatElement);
  if ("DBCV" in window)
    reportError(new Error("DBCV: this page has a DBCV of its own; the chat has no script interface"));
  else Object.defineProperty(window, "DBCV", { value: Object.freeze(api), enumerable: true });
  if (document.body) start();
  else addEventListener("DOMContentLoaded", start, { once: true });
}

// /widget-frame.js: what runs inside the frame of a widget (see pages.py for the frame's policy). It draws the author's
// HTML, CSS and JavaScript and gives them `dbcv`; the page around it believes nothing that is said here.
interface Drawing {
  readonly dbcv: "draw";
  readonly body: string;
  readonly css: string;
  readonly js: string;
  readonly theme: Record<string, string>;
  readonly scheme: string;
}

// This script's own nonce: the author's script runs under it, markup never does.
const nonce = document.currentScript?.nonce ?? "";
const host = window.parent;
let isDrawn = false;

function tell(note: Record<string, unknown>): void {
  // The page around has the only origin that frames this one; what is said holds nothing it does not know.
  host.postMessage({ widget: true, ...note }, "*");
}

function tellHeight(): void {
  tell({ kind: "height", px: Math.ceil(document.documentElement.getBoundingClientRect().height) });
}

/** Says something in the chat, as if the person had written it. Works while they are using the widget. */
function send(value: unknown): void {
  tell({ kind: "send", text: typeof value === "string" ? value : JSON.stringify(value) });
}

function element(tag: "style" | "script", text: string): HTMLElement {
  const made = document.createElement(tag);
  if (made instanceof HTMLScriptElement) made.nonce = nonce;
  made.textContent = text;
  return made;
}

const BASE = `
html { overflow: hidden auto; scrollbar-width: thin; }
body { margin: 0; padding: 2px; color: var(--dbcv-text); background: transparent; font: 15px/22px system-ui, sans-serif; overflow-wrap: anywhere; }
button { font: inherit; }
img { max-width: 100%; }
`;

function draw({ body, css, js, theme, scheme }: Drawing): void {
  const root = document.documentElement;
  root.style.colorScheme = scheme;
  for (const [name, value] of Object.entries(theme)) root.style.setProperty(`--dbcv-${name}`, value);
  if (isDrawn) return;
  isDrawn = true;
  document.head.append(element("style", BASE), element("style", css));
  // A template's content is inert: no script in it runs, now or when it is put into the page.
  const template = document.createElement("template");
  template.innerHTML = body;
  document.body.append(template.content);
  new ResizeObserver(tellHeight).observe(root);
  tellHeight();
  if (js.trim() !== "") document.body.append(element("script", js));
}

function openLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  if (event.isTrusted) tell({ kind: "open", href: link.href });
}

// No policy stops peer connections everywhere yet.
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) Reflect.deleteProperty(window, name);
Object.defineProperty(window, "dbcv", { value: Object.freeze({ send }) });
document.addEventListener("click", openLink, true);
document.addEventListener("submit", (event) => event.preventDefault(), true);
window.addEventListener("message", ({ source, data }: MessageEvent) => {
  if (source !== host || typeof data !== "object" || data === null) return;
  if (data.dbcv === "draw") draw(data as Drawing);
  else if (data.dbcv === "ping") tell({ kind: "pong" });
});
tell({ kind: "ready" });

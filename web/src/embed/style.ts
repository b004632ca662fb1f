// The look of what stands on the other page. In the shadow root every rule of the host is important: there the inner
// rule wins over an important one of the page, so not even `* { all: unset !important }` reaches it.
export const STYLE = `
:host {
  all: initial !important;
  display: block !important;
  color-scheme: var(--_scheme, light dark) !important;
  --_a: var(--dbcv-accent, var(--_accent, light-dark(#4355d6, #4c5ede)));
  --_on: var(--dbcv-on-accent, var(--_on-accent, #ffffff));
  --_s: var(--dbcv-surface, var(--_surface, light-dark(#ffffff, #16191f)));
  --_t: var(--dbcv-text, var(--_text, light-dark(#1a1d23, #e9ebef)));
  --_r: var(--dbcv-radius, var(--_radius, 18px));
  --_shadow: light-dark(rgb(20 24 40 / 22%), rgb(0 0 0 / 60%));
  font: 15px / 22px system-ui, sans-serif !important;
  color: var(--_t) !important;
}
:host([hidden]) { display: none !important; }
:host(:not([mode="inline"])) {
  position: fixed !important;
  z-index: 2147483000 !important;
  inset: auto 20px 20px auto !important;
  margin: 0 !important;
}
:host([position="left"]:not([mode="inline"])) { inset: auto auto 20px 20px !important; }
:host([mode="inline"]) {
  position: relative !important;
  inline-size: 100% !important;
  block-size: var(--dbcv-height, 600px) !important;
}
* { box-sizing: border-box; }
button { margin: 0; font: inherit; cursor: pointer; -webkit-tap-highlight-color: transparent; }
button:focus-visible { outline: 3px solid var(--_t); outline-offset: 2px; }
[hidden] { display: none !important; }

.bubble {
  position: relative;
  display: grid;
  place-items: center;
  inline-size: 56px;
  block-size: 56px;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: var(--_a);
  color: var(--_on);
  box-shadow: 0 6px 24px var(--_shadow);
  transition: transform 120ms cubic-bezier(0.2, 0.7, 0.3, 1);
}
.bubble:hover { transform: scale(1.05); }
.bubble svg { inline-size: 26px; block-size: 26px; }
.bubble .less, .bubble[aria-expanded="true"] .more { display: none; }
.bubble[aria-expanded="true"] .less { display: block; }
.count {
  position: absolute;
  inset: -2px -2px auto auto;
  min-inline-size: 22px;
  padding: 0 6px;
  border: 2px solid var(--_s);
  border-radius: 11px;
  background: #b3261e;
  color: #fff;
  font: 600 12px / 18px system-ui, sans-serif;
}

.greeting {
  position: absolute;
  inset: auto 0 72px auto;
  display: flex;
  align-items: flex-start;
  gap: 4px;
  inline-size: max-content;
  max-inline-size: min(280px, calc(100vw - 40px));
  border-radius: var(--_r);
  background: var(--_s);
  color: var(--_t);
  box-shadow: 0 6px 24px var(--_shadow);
  animation: rise 180ms cubic-bezier(0.2, 0.7, 0.3, 1);
}
:host([position="left"]) .greeting { inset: auto auto 72px 0; }
.greeting .say { padding: 12px 0 12px 16px; border: 0; background: none; color: inherit; text-align: start; overflow-wrap: anywhere; }
.quiet {
  flex: none;
  display: grid;
  place-items: center;
  inline-size: 44px;
  block-size: 44px;
  padding: 0;
  border: 0;
  border-radius: 50%;
  background: none;
  color: inherit;
}
.quiet svg { inline-size: 18px; block-size: 18px; }

.panel {
  overflow: hidden;
  padding: 0;
  border: 1px solid color-mix(in srgb, var(--_t) 14%, var(--_s));
  border-radius: min(var(--_r), 20px);
  background: var(--_s);
  color: var(--_t);
}
:host([mode="inline"]) .panel { position: absolute; inset: 0; }
:host([mode="bubble"]) .panel {
  position: absolute;
  inset: auto 0 72px auto;
  inline-size: min(392px, calc(100vw - 40px));
  block-size: min(660px, calc(100vh - 112px));
  block-size: min(660px, calc(100dvh - 112px));
  box-shadow: 0 16px 56px var(--_shadow);
  transform-origin: bottom right;
  animation: open 180ms cubic-bezier(0.2, 0.7, 0.3, 1);
}
:host([mode="bubble"][position="left"]) .panel { inset: auto auto 72px 0; transform-origin: bottom left; }
:host([mode="popup"]) .panel {
  inset: 0;
  margin: auto;
  inline-size: min(480px, calc(100vw - 32px));
  max-inline-size: none;
  block-size: min(720px, calc(100dvh - 32px));
  max-block-size: none;
  box-shadow: 0 16px 56px var(--_shadow);
}
:host([mode="popup"]) .panel[open] { animation: rise 180ms cubic-bezier(0.2, 0.7, 0.3, 1); }
.panel::backdrop { background: rgb(10 12 20 / 45%); }
.panel iframe { display: block; inline-size: 100%; block-size: 100%; border: 0; background: var(--_s); color-scheme: normal; }
.wait {
  position: absolute;
  inset: 0;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  padding: 24px;
  background: var(--_s);
  text-align: center;
}
.wait .quiet { position: absolute; inset: 8px 8px auto auto; }
.dots { display: flex; gap: 6px; margin-block-end: 12px; }
.dots i { inline-size: 8px; block-size: 8px; border-radius: 50%; background: currentcolor; opacity: 0.4; animation: breathe 1.2s infinite; }
.dots i:nth-child(2) { animation-delay: 160ms; }
.dots i:nth-child(3) { animation-delay: 320ms; }

@media (max-width: 480px), (max-height: 420px) {
  :host([mode="bubble"]) .panel {
    position: fixed;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    border: 0;
    border-radius: 0;
  }
  :host([mode="bubble"]) .panel:not([hidden]) ~ .bubble { visibility: hidden; }
}
@keyframes open { from { opacity: 0; transform: translateY(12px) scale(0.96); } }
@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
@keyframes breathe { 30% { opacity: 1; } }
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
}
@media print { :host(:not([mode="inline"])) { display: none !important; } }
`;

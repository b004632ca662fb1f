// What a new widget begins with: something to see, to press, and to change.
export const FIRST_WIDGET = {
  body: "<p>10:00</p>\n<button>OK</button>",
  css: "button { border: 1px solid var(--dbcv-accent); border-radius: 8px; padding: 8px 12px; background: none; color: var(--dbcv-accent-text); }",
  js: "document.querySelector('button')?.addEventListener('click', () => dbcv.send('10:00'));",
};

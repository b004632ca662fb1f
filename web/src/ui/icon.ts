/** One size and one stroke for the icons of the constructor; beside words, so a screen reader skips them. */
export const ICON = { size: 16, strokeWidth: 1.75, "aria-hidden": true } as const;

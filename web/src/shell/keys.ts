/** Apple's keyboards have another main key. */
export const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent);

export const paletteKeys = isApple ? "⌘ K" : "Ctrl K";

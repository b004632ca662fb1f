// The quick replies in a reply's params: texts alone, or text and value.
export function buttonsOf(params: unknown): { text: string; value: string }[] {
  const listed = params && typeof params === "object" ? (params as { buttons?: unknown }).buttons : null;
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((each: unknown) => {
    if (typeof each === "string") return [{ text: each, value: each }];
    const { text, value } = (each ?? {}) as { text?: unknown; value?: unknown };
    const shown = text ?? value;
    return shown === undefined ? [] : [{ text: String(shown), value: String(value ?? shown) }];
  });
}

/** A name without what file systems refuse. */
export const fileName = (text: string) => text.replace(/[\\/:*?"<>|]+/g, " ").trim();

/** Hands something to the browser as a file; a text is CSV. */
export function download(content: Blob | string, name: string): void {
  const blob = typeof content === "string" ? new Blob([content], { type: "text/csv;charset=utf-8" }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

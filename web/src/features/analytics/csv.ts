// Tables for spreadsheets.
import { download } from "../../ui/download";

type Cell = string | number | null | undefined;

// A sign before nothing but a number or a phone does nothing; the server's files have the same rule (docs/adr/0043).
const FORMULA = /^(?:[=@\t\r＝＠]|[+\-＋－](?![\d\s().,-]*$))/;

/** Quoted where needed, also where a semicolon parts cells; a text that a spreadsheet would run is kept a text. */
function cell(value: Cell): string {
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[";,\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** Offers the rows as a file; the mark at its beginning tells spreadsheets that it is UTF-8. */
export const saveCsv = (name: string, rows: readonly (readonly Cell[])[]) => download(`\ufeff${csvOf(rows)}`, name);

// Variables as CSV: a text stands as it is, anything else as JSON, and as a JSON text in quotes what would be taken for
// another type or for a formula by a spreadsheet. An empty cell is a variable that is not there. Pure; the server writes
// the table of all people in the same form (service/cells.py).
import Papa from "papaparse";

export interface Line {
  /** Where it stands in the file, from 1. */
  number: number;
  cells: string[];
}

const QUOTED = /^(?:[=+\-@\t'"[{\d]|true$|false$|null$)|\r/i;
const BYTE_ORDER_MARK = "\ufeff";
const LINE_END = "\r\n";

export function cellOf(value: unknown): string {
  const isPlain = typeof value === "string" && value !== "" && value.trim() === value && !QUOTED.test(value);
  return isPlain ? value : JSON.stringify(value);
}

/** What a cell stands for. */
export function valueIn(cell: string): unknown {
  const text = cell.trim();
  if (/^(true|false|null)$/i.test(text)) return JSON.parse(text.toLowerCase());
  if (!/^["[{\d-]/.test(text)) return cell;
  try {
    return JSON.parse(text);
  } catch {
    return cell; // A text that only begins like JSON: a phone number, a date.
  }
}

export function writeCsv(rows: readonly (readonly string[])[]): string {
  const isQuoted = (cell: unknown) => String(cell).includes(";"); // the end of a cell where a comma stands in numbers
  return `${BYTE_ORDER_MARK}${Papa.unparse(rows as string[][], { quotes: isQuoted, newline: LINE_END })}${LINE_END}`;
}

/** The lines of a file, without empty ones; tabs, semicolons or commas between cells, as its first line has them. */
export function readCsv(file: string): Line[] {
  const lines: Line[] = [];
  let number = 1;
  // Spreadsheets, editors and hands end lines differently in one file; a line break in a cell is \n.
  const text = file.replaceAll(/\r\n?/g, "\n");
  const { data } = Papa.parse<string[]>(text, { delimiter: delimiterOf(text), newline: "\n" });
  for (const cells of data) {
    if (cells.some((each) => each !== "")) lines.push({ number, cells });
    number += cells.join("").split("\n").length;
  }
  return lines;
}

/** Names have neither tabs nor semicolons, while numbers and texts have commas. */
function delimiterOf(text: string): string {
  const bare = text.slice(0, 10_000).replaceAll(/"[^"]*"/g, "");
  const first = bare.split("\n", 1)[0] ?? "";
  return ["\t", ";"].find((char) => first.includes(char)) ?? ",";
}

export type Problem = "no_name" | "bad_name" | "twice" | "no_value" | "no_user" | "user_twice" | "too_many_cells";

export interface Fault {
  line: number;
  what: Problem;
  /** What it is about. */
  about: string;
}

export interface Wanted {
  line: number;
  path: string;
  value: unknown;
}

const isPath = (text: string) => /^[^\s.|{}$]+(\.[^\s.|{}$]+)*$/.test(text) && text.length <= 200;

/** The variables that a file of one owner sets: two columns, name and value. */
export function readVariables(lines: readonly Line[]): { wanted: Wanted[]; faults: Fault[] } {
  const wanted: Wanted[] = [];
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const { number, cells } of withoutHead(lines, "variable")) {
    const path = String(valueIn(cells[0] ?? "")).trim();
    const fault = (what: Problem) => faults.push({ line: number, what, about: path });
    if (!path) fault("no_name");
    else if (!isPath(path)) fault("bad_name");
    else if (seen.has(path)) fault("twice");
    else if (!cells[1]) fault("no_value");
    else if (cells.slice(2).some(Boolean)) fault("too_many_cells");
    else wanted.push({ line: number, path, value: valueIn(cells[1]) });
    seen.add(path);
  }
  return { wanted, faults };
}

function withoutHead(lines: readonly Line[], name: string): readonly Line[] {
  return lines[0]?.cells[0]?.trim().toLowerCase() === name ? lines.slice(1) : lines;
}

export interface WantedPerson {
  line: number;
  userId: string;
  wanted: Wanted[];
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const NOT_VARIABLES = ["user_id", "username"];

/** What a table of people sets: a column with their ids, then one for each variable. */
export function readPeople(lines: readonly Line[]): { people: WantedPerson[]; faults: Fault[] } {
  const [head, ...rows] = lines;
  const names = (head?.cells ?? []).map((cell) => String(valueIn(cell)).trim());
  const idAt = names.indexOf("user_id");
  const faults: Fault[] = [];
  const people: WantedPerson[] = [];
  if (idAt < 0) return { people, faults: [{ line: head?.number ?? 1, what: "no_user", about: "user_id" }] };
  for (const [place, name] of names.entries()) {
    if (NOT_VARIABLES.includes(name) || isPath(name)) continue;
    faults.push({ line: head?.number ?? 1, what: name ? "bad_name" : "no_name", about: name || String(place + 1) });
  }
  const seen = new Set<string>();
  for (const { number, cells } of rows) {
    const userId = (cells[idAt] ?? "").trim().toLowerCase();
    if (!UUID.test(userId)) faults.push({ line: number, what: "no_user", about: userId });
    else if (seen.has(userId)) faults.push({ line: number, what: "user_twice", about: userId });
    else if (cells.slice(names.length).some(Boolean)) faults.push({ line: number, what: "too_many_cells", about: "" });
    else {
      const wanted = cells.flatMap((cell, place): Wanted[] => {
        const path = names[place] ?? "";
        return cell === "" || NOT_VARIABLES.includes(path) ? [] : [{ line: number, path, value: valueIn(cell) }];
      });
      if (wanted.length) people.push({ line: number, userId, wanted });
    }
    seen.add(userId);
  }
  return { people, faults };
}

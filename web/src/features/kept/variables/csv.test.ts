import { describe, expect, it } from "vitest";
import { cellOf, readCsv, readPeople, readVariables, valueIn, writeCsv } from "./csv";

const VALUES: unknown[] = [
  "Anna",
  'a, b; c\n"d"',
  "two\nlines",
  "two\r\nlines",
  "",
  " spaced ",
  "=cmd()",
  "+7 999",
  "-1",
  "@x",
  "'x",
  "\t=x",
  "42",
  "TRUE",
  "null",
  '"q"',
  "[x",
  42,
  -5.5,
  true,
  null,
  [1, "2"],
  { a: { b: 1 } },
];

describe("a value in a cell", () => {
  it.each(VALUES)("%j comes back as it was", (value) => {
    const [line] = readCsv(writeCsv([["name", cellOf(value)]]));
    expect(valueIn(line?.cells[1] ?? "")).toEqual(value);
  });

  it.each(VALUES.filter((value) => typeof value === "string"))("%j is no formula", (value) => {
    expect(cellOf(value)).not.toMatch(/^[=+\-@\t\r]/);
  });

  it("is read as spreadsheets write it", () => {
    expect(valueIn("FALSE")).toBe(false);
    expect(valueIn("007")).toBe("007");
    expect(valueIn("2027-01-01")).toBe("2027-01-01");
  });
});

describe("a file", () => {
  it("may have semicolons, quotes over lines, and empty lines", () => {
    expect(readCsv('a;b\r\n\r\n"x;\n""y""";2\n')).toEqual([
      { number: 1, cells: ["a", "b"] },
      { number: 3, cells: ['x;\n"y"', "2"] },
    ]);
  });

  it.each([
    ["of a Russian spreadsheet", "\ufeffпеременная;значение\r\nцена;1,5\r\nскидка;2,5\r\n", ["цена", "1,5"]],
    ["with texts that have commas", "a;Hello, Anna\nb;Well, well, well\n", ["b", "Well, well, well"]],
    ["with semicolons in texts", '\ufeffa,"x;y;z"\r\nb,"p;q"\r\n', ["b", "p;q"]],
    ["of tabs", "a\tb\nx, y\t1;2\n", ["x, y", "1;2"]],
    ["without an end of its last line", 'a,b\r"c ""d"", e",f', ['c "d", e', "f"]],
  ])("%s is read", (_, file, line) => expect(readCsv(file)[1]?.cells).toEqual(line));

  it("counts lines where cells have some", () => {
    const lines = readCsv('"a\r\nb\r\nc",1\r\n\r\nd,"""2\r\n"""\r\ne,3');
    expect(lines.map(({ number }) => number)).toEqual([1, 5, 7]);
    expect(lines[0]?.cells[0]).toBe("a\nb\nc");
  });

  it("without anything has no lines", () => expect([readCsv(""), readCsv("\ufeff\r\n")]).toEqual([[], []]));

  it("says what is wrong by its lines", () => {
    const { wanted, faults } = readVariables(
      readCsv('variable,value\nage,21\n,1\na b,2\nage,3\nempty,\n"o.x","[1]"\n'),
    );
    expect(wanted).toEqual([
      { line: 2, path: "age", value: 21 },
      { line: 7, path: "o.x", value: [1] },
    ]);
    expect(faults.map(({ line, what }) => [line, what])).toEqual([
      [3, "no_name"],
      [4, "bad_name"],
      [5, "twice"],
      [6, "no_value"],
    ]);
  });

  it("of people has their ids", () => {
    const id = "01912d68-783e-7a56-8e29-1b6a0d3c3f10";
    const { people, faults } = readPeople(readCsv(`user_id,username,n\n${id},Anna,5\nx,Boris,6\n${id},Anna,7\n`));
    expect(people).toEqual([{ line: 2, userId: id, wanted: [{ line: 2, path: "n", value: 5 }] }]);
    expect(faults.map(({ line, what }) => [line, what])).toEqual([
      [3, "no_user"],
      [4, "user_twice"],
    ]);
    expect(readPeople(readCsv("name,n\nAnna,5")).faults[0]?.what).toBe("no_user");
  });
});

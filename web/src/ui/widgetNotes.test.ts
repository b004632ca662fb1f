import { describe, expect, it } from "vitest";
import { FloodGauge, Gate, readWidget, readWidgetNote } from "./widgetNotes";

const note = (fields: Record<string, unknown>) => readWidgetNote({ widget: true, ...fields });

describe("what a widget says", () => {
  it.each([
    [{ kind: "ready" }, { kind: "ready" }],
    [
      { kind: "height", px: 1e9 },
      { kind: "height", px: 480 },
    ],
    [
      { kind: "height", px: -5 },
      { kind: "height", px: 24 },
    ],
    [
      { kind: "height", px: 100.2, more: 1 },
      { kind: "height", px: 101 },
    ],
    [
      { kind: "send", text: "yes" },
      { kind: "send", text: "yes" },
    ],
    [
      { kind: "open", href: "https://a.example/x" },
      { kind: "open", href: "https://a.example/x" },
    ],
  ])("%j is understood", (fields, expected) => expect(note(fields)).toEqual(expected));

  it.each([
    [{ kind: "height", px: Number.NaN }],
    [{ kind: "height", px: "100" }],
    [{ kind: "height", px: Number.POSITIVE_INFINITY }],
    [{ kind: "send", text: "x".repeat(2_001) }],
    [{ kind: "send", text: " " }],
    [{ kind: "send", text: { toString: "x" } }],
    [{ kind: "open", href: "javascript:alert(1)" }],
    [{ kind: "open", href: "data:text/html,x" }],
    [{ kind: "open", href: "/relative" }],
    [{ kind: "navigate" }],
    [{}],
  ])("%j is not", (fields) => expect(note(fields)).toBeNull());

  it.each([null, 1, "ready", { kind: "ready" }, { widget: 1, kind: "ready" }, []])("%j is none of its words", (data) =>
    expect(readWidgetNote(data)).toBeNull(),
  );
});

describe("how often it is heard", () => {
  it("only while the person uses it", () => expect(new Gate().isOpen(0, false)).toBe(false));

  it("once in a while, and not without end", () => {
    const gate = new Gate();
    expect(gate.isOpen(0, true)).toBe(true);
    expect(gate.isOpen(300, true)).toBe(false);
    const heard = Array.from({ length: 50 }, (_, turn) => gate.isOpen(1_000 * (turn + 1), true)).filter(Boolean).length;
    expect(heard).toBe(19);
    expect(gate.isOpen(61_500, true)).toBe(true);
  });
});

it("tells a flood from talk", () => {
  const gauge = new FloodGauge();
  const times = Array.from({ length: 200 }, (_, number) => 5_000 + number);
  expect(times.some((time) => gauge.isFlooded(time))).toBe(false);
  expect(gauge.isFlooded(5_999)).toBe(true);
  expect(gauge.isFlooded(6_000)).toBe(false);
});

it("reads a widget of any shape", () => {
  expect(readWidget(null)).toBeNull();
  expect(readWidget({ id: "a", body: 1 })).toEqual({ id: "a", name: "", body: "", css: "", js: "" });
});

// The colours are readable: WCAG AA for every pair that is used together, in both themes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync("src/ui/tokens.css", "utf8");

function colour(token: string, theme: 0 | 1): [number, number, number] {
  const value = css.match(new RegExp(`--${token}: (?:light-dark\\()?(#\\w{6})(?:, (#\\w{6}))?`));
  const hex = (theme === 1 ? value?.[2] : undefined) ?? value?.[1];
  if (!hex) throw new Error(`no colour --${token}`);
  return [1, 3, 5].map((place) => Number.parseInt(hex.slice(place, place + 2), 16) / 255) as [number, number, number];
}

function luminance(token: string, theme: 0 | 1): number {
  const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const [red, green, blue] = colour(token, theme);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrast(one: string, other: string, theme: 0 | 1): number {
  const [dark = 0, light = 0] = [luminance(one, theme), luminance(other, theme)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS: [string, string[]][] = [
  ["text", ["page", "surface", "surface-raised", "surface-quiet", "surface-hover"]],
  ["text-quiet", ["page", "surface", "surface-raised", "surface-quiet", "surface-hover"]],
  ["accent-text", ["page", "surface", "surface-raised", "surface-quiet", "accent-quiet"]],
  ["on-accent", ["accent", "accent-hover"]],
  ["on-person", ["person-1", "person-2", "person-3", "person-4", "person-5", "person-6"]],
  ["danger-text", ["surface", "surface-raised"]],
  ["warning-text", ["warning-quiet"]],
  ["success-text", ["success-quiet"]],
];
const LINES: [string, string[]][] = [
  ["line-strong", ["page", "surface", "surface-raised", "surface-quiet"]],
  ["focus", ["page", "surface", "surface-raised", "surface-quiet"]],
];

describe.each([
  ["light", 0],
  ["dark", 1],
] as const)("%s", (_name, theme) => {
  const pairs = (table: [string, string[]][]) =>
    table.flatMap(([front, backs]) => backs.map((back) => [front, back] as const));

  it.each(pairs(TEXTS))("text %s on %s: 4.5 to 1", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs(LINES))("line %s on %s: 3 to 1", (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});

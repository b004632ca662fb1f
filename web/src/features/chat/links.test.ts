import { describe, expect, it } from "vitest";
import { safeHref, splitLinks } from "./links";

const links = (text: string) => splitLinks(text).flatMap(({ text: shown, href }) => (href ? [[shown, href]] : []));

describe("links in a text", () => {
  it.each([
    ["see https://example.com.", "https://example.com", "https://example.com/"],
    ["(https://example.com/a)", "https://example.com/a", "https://example.com/a"],
    ["https://ru.wikipedia.org/wiki/Бот_(программа)", "https://ru.wikipedia.org/wiki/Бот_(программа)", undefined],
    ["write to help@example.com!", "help@example.com", "mailto:help@example.com"],
    ["mailto:a@b.co", "mailto:a@b.co", "mailto:a@b.co"],
    ["HTTP://EXAMPLE.COM/X", "HTTP://EXAMPLE.COM/X", "http://example.com/X"],
  ])("finds the one in %s", (text, shown, href) => {
    const [link] = links(text);
    expect(link?.[0]).toBe(shown);
    if (href) expect(link?.[1]).toBe(href);
  });

  it.each([
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "<a href='javascript:x'>x</a>",
    "http://",
    "https://[",
    "ordinary text, 12:30, a/b",
  ])("makes none of %j", (text) => expect(links(text)).toEqual([]));

  it("loses no character", () => {
    for (const text of ["a https://x.y b@c.d!", "https://x.y", "", "\n\nhttp://a.b\n<b>"])
      expect(
        splitLinks(text)
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
  });

  it("is quick on hostile text", () => {
    const started = performance.now();
    for (const text of ["a@".repeat(50_000), "https://".repeat(12_000), `${"a".repeat(50_000)}@`, ".-".repeat(50_000)])
      splitLinks(text);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

it.each([
  "javascript:alert(1)",
  " javascript:alert(1)",
  "JaVaScRiPt:x",
  "data:x",
  "blob:x",
  "//evil.example",
  "/x",
  "",
])("refuses the address %j", (address) => expect(safeHref(address)).toBeNull());

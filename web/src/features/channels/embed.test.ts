import { describe, expect, it } from "vitest";
import { originOf, originsOf, previewPage, snippetOf } from "./embed";

const WORDS = { title: "A <page>", text: "Text", open: "Open" };

describe("the chat on other pages", () => {
  it("is one line, with what is not by itself", () => {
    expect(snippetOf("id", { mode: "bubble", scheme: "auto" }, "https://bots.example")).toBe(
      '<script async src="https://bots.example/embed.js" data-channel="id"></script>',
    );
    expect(snippetOf("id", { mode: "inline", scheme: "dark" }, "")).toContain('data-mode="inline" data-scheme="dark"');
  });

  it("knows an origin in whatever a person pastes", () => {
    expect(originOf("https://Shop.example/cart?x=1")).toBe("https://shop.example");
    expect(originOf("shop.example")).toBe("https://shop.example");
    expect(originOf("localhost:3000/shop")).toBe("http://localhost:3000");
    expect(originOf("http://localhost:3000/")).toBe("http://localhost:3000");
    expect(originOf("*")).toBe("*");
    for (const text of ["", "shop", "ftp://shop.example", "https://", "javascript:alert(1)"])
      expect(originOf(text)).toBeNull();
    expect(originsOf("https://a.example\nhttps://a.example/x, nope")).toEqual({
      origins: ["https://a.example"],
      wrong: ["nope"],
    });
  });

  it("shows the settings as they are, escaped", () => {
    const config = { position: "left" as const, locale: "ru" as const, theme: { accent: "#112233", radius_px: 4 } };
    const page = previewPage("id", { mode: "popup", scheme: "light" }, config, WORDS);
    expect(page).toContain("A &lt;page&gt;");
    expect(page).toContain("--dbcv-accent: #112233; --dbcv-radius: 4px;");
    expect(page).toContain('data-position="left" data-locale="ru"');
    expect(page).toContain("<button");
  });
});

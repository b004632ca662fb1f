// @vitest-environment jsdom
import { MantineProvider, Modal, Notification } from "@mantine/core";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import en from "../i18n/en/app";
import ru from "../i18n/ru/app";
import { makeTranslate } from "../i18n/words";
import { themeIn } from "./mantine";

const CLOSABLE = {
  notification: createElement(Notification, { title: "Not saved" }),
  dialog: createElement(Modal, { opened: true, onClose: () => undefined, withinPortal: false, title: "Delete" }),
};

it.each(Object.keys(CLOSABLE) as (keyof typeof CLOSABLE)[])("the cross of a %s says what it does", (what) => {
  for (const [language, words] of [["en", en] as const, ["ru", ru] as const]) {
    const theme = themeIn(makeTranslate(language, () => words));
    const drawn = renderToStaticMarkup(createElement(MantineProvider, { theme, env: "test" }, CLOSABLE[what]));
    const page = new DOMParser().parseFromString(drawn, "text/html");
    const crosses = [...page.querySelectorAll("button")].map((button) => button.getAttribute("aria-label"));
    expect(crosses).toEqual([words.close]);
  }
});

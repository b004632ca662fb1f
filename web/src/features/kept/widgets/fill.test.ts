import { expect, it } from "vitest";
import { filled, variablesIn } from "./fill";

const WIDGET = {
  body: "<p>{$session.day$} {$user.name|default:friend$}</p>",
  css: "p { color: {$session.colour$} }",
  js: "const name = '{$user.name$}'",
};

it("finds the variables of all three texts, once", () =>
  expect(variablesIn(WIDGET)).toEqual(["session.colour", "session.day", "user.name"]));

it("fills in samples as data, never as code", () => {
  const samples = new Map([
    ["user.name", "</script>'\"\\"],
    ["session.day", "<b>Monday</b>"],
    ["session.colour", "red;} body{display:none"],
  ]);
  const { body, css, js } = filled(WIDGET, samples);
  expect(body).toBe("<p>&lt;b&gt;Monday&lt;/b&gt; &lt;/script&gt;&#39;&quot;\\</p>");
  expect(css).toBe("p { color: red bodydisplaynone }");
  expect(js).toBe("const name = '\\u003c/script>\\'\\\"\\\\'");
});

it("shows the name of what has no sample", () => expect(filled(WIDGET, new Map()).css).toContain("color: colour"));

// A widget with sample values in place of its variables, for the preview: as text in HTML, a word in CSS, the inside of a
// quoted text in JavaScript. The real ones are filled in by the server. Pure.
import type { Widget } from "../../../ui/widgetNotes";
import { namedIn } from "../../constructor/inspector/works/samples";

const PLACEHOLDER = /\{\$\s*([^|{}$]+?)\s*(?:\|[^{}]*?)?\$\}/g;

type Texts = Pick<Widget, "body" | "css" | "js">;

export const variablesIn = ({ body, css, js }: Texts): string[] => namedIn([body, css, js]).sort();

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const inHtml = (text: string) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
const inCss = (text: string) => text.replace(/[^\p{L}\p{N}#%.\-_ ]/gu, "");
const inJs = (text: string) => JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll("<", "\\u003c");

export function filled<W extends Texts>(widget: W, samples: ReadonlyMap<string, string>): W {
  const fill = (text: string, safe: (value: string) => string) =>
    text.replace(PLACEHOLDER, (_, path: string) => safe(samples.get(path) ?? sampleOf(path)));
  return { ...widget, body: fill(widget.body, inHtml), css: fill(widget.css, inCss), js: fill(widget.js, inJs) };
}

/** What stands for a variable nobody gave a sample for: its own name. */
export const sampleOf = (path: string) => path.split(".").at(-1) ?? path;

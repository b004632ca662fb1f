// Measures what a first visit to the chat and to a bot's drawing loads (gzipped script), and fails over the budgets. `make test`
// runs it on the built pages.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const CHAT_KB = 120;
const CONSTRUCTOR_KB = 400;
const LISTED_KB = 5;
// What other people's pages and the frames of widgets load before anybody has opened a chat.
const STANDALONE_KB = { "embed.js": 40, "widget-frame.js": 4 };
const assets = new URL("../dist/assets/", import.meta.url);
const entry = readFileSync(new URL("../dist/index.html", import.meta.url), "utf8").match(
  /assets\/(index-[\w-]+\.js)/,
)?.[1];
const scripts = readdirSync(assets).filter((name) => name.endsWith(".js"));
const sourceOf = (name) => readFileSync(new URL(name, assets));

/** A chunk and all it imports statically, so that a first visit cannot do without. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, imported] of sourceOf(name)
    .toString()
    .matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g))
    withImports(imported, seen);
  return seen;
}

function chunksOf(areas) {
  return areas.map((area) => {
    const languages = scripts.filter((name) => name.startsWith(`${area}-`));
    return languages.sort((one, other) => sourceOf(other).length - sourceOf(one).length)[0];
  });
}

function judge(kb, what, budgetKb) {
  process.stdout.write(`${kb.toFixed(1).padStart(7)} kB  gzipped ${what} (budget ${budgetKb} kB)\n`);
  if (kb <= budgetKb) return;
  process.stderr.write(`The gzipped ${what} is over its budget: load later what a first visit can do without.\n`);
  process.exitCode = 1;
}

/** What a first visit to a page loads: the entry, the chunks of the page, the longer language of its texts. */
function measure(where, pages, areas, budgetKb) {
  const chunks = pages.map((page) => scripts.find((name) => name.startsWith(page)));
  const loaded = new Set([entry, ...chunks].flatMap((name) => [...withImports(name)]).concat(chunksOf(areas)));
  let totalKb = 0;
  for (const name of loaded) {
    const kb = gzipSync(sourceOf(name)).length / 1000;
    totalKb += kb;
    if (kb > LISTED_KB) process.stdout.write(`${kb.toFixed(1).padStart(7)} kB  ${name}\n`);
  }
  judge(totalKb, `script for ${where}`, budgetKb);
}

measure("/chat", ["ChatPage-"], ["shell", "chat"], CHAT_KB);
const EDITOR_TEXTS = ["shell", "app", "editor", "together"];
measure("a bot's drawing", ["Shell-", "constructor-"], EDITOR_TEXTS, CONSTRUCTOR_KB);
for (const [name, budgetKb] of Object.entries(STANDALONE_KB)) {
  const kb = gzipSync(readFileSync(new URL(`../dist/${name}`, import.meta.url))).length / 1000;
  judge(kb, name, budgetKb);
}

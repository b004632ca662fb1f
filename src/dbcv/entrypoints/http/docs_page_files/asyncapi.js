// Draws /asyncapi.json as a list of channels and their messages. Everything goes in as text, never as HTML.
"use strict";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// What a reference of the document leads to; names hold escaped characters.
function target(page, reference) {
  const keys = reference.slice(2).split("/").map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
  return keys.reduce((found, key) => found?.[key], page);
}

function resolved(value, page, open = []) {
  if (Array.isArray(value)) return value.map((part) => resolved(part, page, open));
  if (value === null || typeof value !== "object") return value;
  if (typeof value.$ref === "string") {
    if (open.includes(value.$ref)) return `→ ${value.$ref.split("/").pop()}`;
    return resolved(target(page, value.$ref), page, [...open, value.$ref]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolved(part, page, open)]));
}

function message(key, found, page) {
  const payload = resolved(found.payload, page);
  const summary = element(
    "summary",
    {},
    element("span", { className: "path", textContent: `${key.split(".")[0] === "in" ? "→ " : "← "}${found.name ?? found.title ?? key}` }),
    element("span", { className: "about", textContent: found.summary ?? payload.description ?? "" }),
  );
  return element("details", {}, summary, element("pre", { textContent: JSON.stringify(payload, null, 2) }));
}

async function draw() {
  const page = await (await fetch("/asyncapi.json")).json();
  const drawn = Object.entries(page.channels).map(([name, channel]) => {
    const messages = Object.entries(channel.messages).map(([key, found]) => message(key, resolved(found, page), page));
    const about = element("p", { textContent: channel.description ?? "" });
    return element("section", {}, element("h2", { textContent: name }), about, ...messages);
  });
  document.getElementById("channels").replaceChildren(...drawn);
}

draw().catch((error) => {
  document.getElementById("channels").textContent = `The reference could not be read: ${error.message}`;
});

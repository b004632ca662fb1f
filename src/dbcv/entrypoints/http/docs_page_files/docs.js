// Draws /openapi.json as a list of calls that can be tried. Everything from the document goes in as text, never as HTML.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A schema with its references put in, so that it can be read in one place.
function resolved(schema, page, open = []) {
  if (Array.isArray(schema)) return schema.map((part) => resolved(part, page, open));
  if (schema === null || typeof schema !== "object") return schema;
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.split("/").pop();
    if (open.includes(name)) return `→ ${name}`;
    return resolved(page.components.schemas[name], page, [...open, name]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, resolved(value, page, open)]));
}

function shown(title, schema, page) {
  const text = JSON.stringify(resolved(schema, page), null, 2);
  return element("details", {}, element("summary", { textContent: title }), element("pre", { textContent: text }));
}

function trial(method, path, operation, example) {
  const inputs = (operation.parameters ?? []).map((parameter) => {
    const input = element("input", { placeholder: parameter.description ?? "", required: parameter.required });
    return { parameter, input };
  });
  const body = operation.requestBody ? element("textarea", { spellcheck: false, placeholder: "Body", value: example ?? "" }) : null;
  const kinds = Object.keys(operation.requestBody?.content ?? {});
  const kind = element("select", {}, ...kinds.map((name) => element("option", { textContent: name })));
  const answer = element("pre", { hidden: true });
  const form = element("form", { className: "fields" });
  for (const { parameter, input } of inputs) {
    form.append(element("label", {}, `${parameter.name} (${parameter.in}) `, input));
  }
  if (body) form.append(element("label", {}, "Body ", kind, body));
  form.append(element("button", { textContent: `Send ${method.toUpperCase()}` }), answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    answer.hidden = false;
    answer.textContent = "…";
    answer.textContent = await send(method, path, inputs, body ? { text: body.value, kind: kind.value } : null);
  });
  return form;
}

async function send(method, path, inputs, body) {
  const url = new URL(path, location.origin);
  const headers = new Headers();
  for (const { parameter, input } of inputs) {
    if (input.value === "") continue;
    if (parameter.in === "path") url.pathname = url.pathname.replace(`%7B${parameter.name}%7D`, encodeURIComponent(input.value));
    if (parameter.in === "query") url.searchParams.set(parameter.name, input.value);
    if (parameter.in === "header") headers.set(parameter.name, input.value);
  }
  const token = document.getElementById("token").value.trim();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (body) headers.set("Content-Type", body.kind);
  try {
    const response = await fetch(url, { method: method.toUpperCase(), headers, body: body?.text });
    return `${response.status} ${response.statusText}\n\n${await response.text()}`;
  } catch (error) {
    return `No answer: ${error.message}`;
  }
}

function call(method, path, operation, page) {
  const summary = element(
    "summary",
    {},
    element("span", { className: "method", textContent: method.toUpperCase() }),
    element("span", { className: "path", textContent: path }),
    element("span", { className: "about", textContent: operation.description ?? operation.summary ?? "" }),
  );
  const details = element("details", {}, summary);
  details.dataset.words = `${method} ${path} ${operation.description ?? ""} ${operation.summary ?? ""}`.toLowerCase();
  // Drawn when opened: a hundred calls with all their schemas would be slow.
  details.addEventListener("toggle", () => fill(details, method, path, operation, page), { once: true });
  return details;
}

function fill(details, method, path, operation, page) {
  let body;
  for (const [kind, content] of Object.entries(operation.requestBody?.content ?? {})) {
    details.append(shown(`Body: ${kind}`, content.schema, page));
    body ??= example(content, page);
  }
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const shared = response.$ref ? page.components.responses[response.$ref.split("/").pop()] : {};
    const schema = Object.values(response.content ?? shared.content ?? {})[0]?.schema;
    if (schema) details.append(shown(`Answer ${status}: ${response.description}`, schema, page));
  }
  details.append(trial(method, path, operation, body));
}

// What the body may look like, to begin with.
function example(content, page) {
  const name = (content.schema?.$ref ?? content.schema?.anyOf?.[0]?.$ref ?? "").split("/").pop();
  const schema = page.components.schemas[name] ?? content.schema ?? {};
  const found = content.example ?? schema.example ?? schema.examples?.[0];
  return typeof found === "string" ? found : found && JSON.stringify(found, null, 2);
}

async function draw() {
  const calls = document.getElementById("calls");
  const response = await fetch("/openapi.json");
  const page = await response.json();
  const groups = new Map();
  for (const [path, operations] of Object.entries(page.paths)) {
    for (const method of METHODS.filter((name) => name in operations)) {
      const tag = operations[method].tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, element("section", {}, element("h2", { textContent: tag })));
      groups.get(tag).append(call(method, path, operations[method], page));
    }
  }
  calls.replaceChildren(...groups.values());
}

document.getElementById("find").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase();
  for (const details of document.querySelectorAll("section > details")) {
    details.hidden = !details.dataset.words.includes(words);
  }
});

draw().catch((error) => {
  document.getElementById("calls").textContent = `The reference could not be read: ${error.message}`;
});

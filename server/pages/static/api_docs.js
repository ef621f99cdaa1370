// Reads /api/openapi.json and shows it: calls by group, what they take and answer, and a form to try each.
// Everything is put in as text, never as HTML, so a description cannot bring a script along.

const METHODS = ["get", "post", "put", "patch", "delete"];
const KEY_PLACE = "interline.api-key";
const DEEPEST = 4;

const contents = document.getElementById("contents");
const calls = document.getElementById("calls");
const state = document.getElementById("state");
const keyField = document.getElementById("key");

/** Make an element: el("p", {class: "x"}, "text", child). */
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(attribute, "");
    else if (value !== false && value != null) element.setAttribute(attribute, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** The Markdown that our descriptions use, as elements: `code` and **strong**. Everything else stays text. */
function prose(text) {
  return (text ?? "").split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (/^`.+`$/.test(part)) return el("code", {}, part.slice(1, -1));
    return /^\*\*.+\*\*$/.test(part) ? el("strong", {}, part.slice(2, -2)) : part;
  });
}

/** Follow `$ref` inside the document, and merge `allOf`. */
function resolve(openapi, part) {
  let found = part ?? {};
  for (let steps = 0; found.$ref && steps < 20; steps += 1) {
    const names = found.$ref.replace(/^#\//, "").split("/");
    found = names.reduce((at, name) => at?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], openapi) ?? {};
  }
  if (!found.allOf) return found;
  const parts = found.allOf.map((one) => resolve(openapi, one));
  return {
    ...Object.assign({}, ...parts),
    ...found,
    properties: Object.assign({}, ...parts.map((one) => one.properties), found.properties),
    required: [...parts.flatMap((one) => one.required ?? []), ...(found.required ?? [])],
  };
}

/** The type of a schema in a few words: `integer 1–100`, `array of Ticket`, `TEST | LIVE`. */
function kindOf(openapi, part) {
  const schema = resolve(openapi, part);
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.oneOf || schema.anyOf) {
    return (schema.oneOf ?? schema.anyOf).map((one) => kindOf(openapi, one)).join(" or ");
  }
  if (schema.type === "array") return `array of ${kindOf(openapi, schema.items)}`;
  const range =
    schema.minimum != null || schema.maximum != null ? ` ${schema.minimum ?? ""}–${schema.maximum ?? ""}` : "";
  return `${schema.format ?? schema.type ?? "object"}${range}${schema.nullable ? " or null" : ""}`;
}

/** An example of a schema: its own, or one made of its parts. */
function exampleOf(openapi, part, depth = 0) {
  const schema = resolve(openapi, part);
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf || schema.anyOf) return exampleOf(openapi, (schema.oneOf ?? schema.anyOf)[0], depth);
  if (schema.type === "array") return depth > DEEPEST ? [] : [exampleOf(openapi, schema.items, depth + 1)];
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 1;
  if (schema.type === "boolean") return true;
  if (schema.properties && depth <= DEEPEST) {
    const entries = Object.entries(schema.properties);
    return Object.fromEntries(entries.map(([name, one]) => [name, exampleOf(openapi, one, depth + 1)]));
  }
  if (schema.format === "date") return new Date(Date.now() + 864e5).toISOString().slice(0, 10);
  if (schema.format === "date-time") return new Date().toISOString();
  return schema.type === "string" ? "" : {};
}

function table(headings, rows) {
  const head = el("tr", {}, headings.map((heading) => el("th", { scope: "col" }, heading)));
  return el("div", { class: "scroll" }, el("table", {}, el("thead", {}, head), el("tbody", {}, rows)));
}

function fieldRow(name, kind, isRequired, description, depth = 0) {
  return el(
    "tr",
    {},
    el("td", { class: depth ? `depth-${Math.min(depth, DEEPEST)}` : null }, el("code", {}, name), isRequired && el("span", { class: "must" }, "required")),
    el("td", { class: "kind" }, kind),
    el("td", {}, prose(description)),
  );
}

/** The fields of an object and of the objects inside it, one row each, deeper ones indented. */
function schemaRows(openapi, part, depth = 0) {
  let schema = resolve(openapi, part);
  if (schema.type === "array") schema = resolve(openapi, schema.items);
  if (depth > DEEPEST) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [
    fieldRow(name, kindOf(openapi, one), schema.required?.includes(name), resolve(openapi, one).description ?? one.description, depth),
    ...schemaRows(openapi, one, depth + 1),
  ]);
}

function jsonSchema(openapi, holder) {
  const content = resolve(openapi, holder).content ?? {};
  const name = Object.keys(content).find((type) => type.includes("json"));
  return name ? { type: name, ...content[name] } : null;
}

/** The example a body or an answer states, else one made of its schema. */
function exampleIn(openapi, body) {
  const named = Object.values(body.examples ?? {})[0];
  return body.example ?? (named && resolve(openapi, named).value) ?? exampleOf(openapi, body.schema);
}

function answersOf(openapi, call) {
  return Object.entries(call.responses ?? {}).map(([status, part]) => {
    const answer = resolve(openapi, part);
    const body = jsonSchema(openapi, answer);
    const rows = body ? schemaRows(openapi, body.schema) : [];
    return el(
      "details",
      { class: "answer" },
      el("summary", {}, el("span", { class: `status ${gradeOf(Number(status))}` }, status), prose(answer.description)),
      rows.length > 0 && table(["Field", "Type", "Meaning"], rows),
      !body && el("p", { class: "hint" }, "No body."),
      body?.example && el("pre", { tabindex: "0" }, JSON.stringify(body.example, null, 2)),
    );
  });
}

function gradeOf(status) {
  if (status < 400) return "good";
  return status < 500 ? "warn" : "bad";
}

/** A form which sends the call as it is filled in, and shows the answer. */
function tryForm(openapi, method, path, call, parameters) {
  const body = jsonSchema(openapi, call.requestBody);
  const base = `${method}-${path}`.replace(/\W+/g, "-");
  const inputs = parameters.map((parameter) => {
    const id = `${base}-${parameter.name}`;
    const isKey = parameter.name.toLowerCase() === "idempotency-key";
    const value = isKey ? newKey() : parameter.example ?? "";
    const input = el("input", { id, value, required: parameter.in === "path", spellcheck: "false" });
    return { parameter, isKey, input, row: el("div", { class: "field" }, el("label", { for: id }, parameter.name), input) };
  });
  const text = body && el("textarea", { id: `${base}-body`, rows: "10", spellcheck: "false" });
  if (text) text.value = JSON.stringify(exampleIn(openapi, body), null, 2);
  const output = el("output", { "aria-live": "polite" });
  const send = el("button", { class: "button first", type: "submit" }, "Send");
  const form = el(
    "form",
    { class: "try", autocomplete: "off" },
    inputs.map(({ row }) => row),
    text && el("div", { class: "field tall" }, el("label", { for: `${base}-body` }, "Body"), text),
    el("div", {}, send),
    output,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    output.replaceChildren(el("span", { class: "hint" }, "Waiting for the answer …"));
    output.replaceChildren(...(await answerTo(method, path, inputs, text, body?.type)));
    // The next call is another one: with the same key and another body it would be a conflict.
    for (const { isKey, input } of inputs) if (isKey) input.value = newKey();
    send.disabled = false;
  });
  return form;
}

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function answerTo(method, path, inputs, text, contentType) {
  let address = path;
  const query = new URLSearchParams();
  const headers = { Accept: "application/json" };
  for (const { parameter, input } of inputs) {
    if (input.value === "") continue;
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (parameter.in === "header") headers[parameter.name] = input.value;
    else if (parameter.schema?.type === "array") input.value.split(",").forEach((one) => query.append(parameter.name, one.trim()));
    else query.append(parameter.name, input.value);
  }
  if (keyField.value) headers.Authorization = `Bearer ${keyField.value.trim()}`;
  if (text) headers["Content-Type"] = contentType;
  const url = address + (query.size ? `?${query}` : "");
  const started = performance.now();
  try {
    const answer = await fetch(url, { method: method.toUpperCase(), headers, body: text?.value, credentials: "omit" });
    const raw = await answer.text();
    const took = Math.round(performance.now() - started);
    const noted = ["retry-after", "x-request-id", "location"].flatMap((name) => (answer.headers.get(name) ? [`${name}: ${answer.headers.get(name)}`] : []));
    return [
      el("div", {}, el("span", { class: `status ${gradeOf(answer.status)}` }, String(answer.status)), `${answer.statusText} · ${took} ms`),
      noted.length > 0 && el("span", { class: "hint" }, noted.join(" · ")),
      raw && el("pre", { tabindex: "0" }, pretty(raw)),
    ].filter(Boolean);
  } catch (problem) {
    return [el("span", { class: "status bad" }, `The call did not arrive: ${problem.message}`)];
  }
}

function pretty(raw) {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}

function callPanel(openapi, method, path, call, shared) {
  const parameters = [...shared, ...(call.parameters ?? [])].map((one) => resolve(openapi, one));
  const body = jsonSchema(openapi, call.requestBody);
  const id = call.operationId ?? `${method}-${path}`.replace(/\W+/g, "-");
  const panel = el(
    "details",
    { class: "call", id },
    el(
      "summary",
      {},
      el("span", { class: `method ${method}` }, method.toUpperCase()),
      el("span", { class: "path" }, el("code", {}, path)),
      el("span", { class: "about" }, call.summary ?? ""),
    ),
    el(
      "div",
      { class: "inside" },
      call.description && el("p", {}, prose(call.description)),
      parameters.length > 0 && el("h3", {}, "Parameters"),
      parameters.length > 0 &&
        table(["Name", "Type", "In", "Meaning"], parameters.map((one) => parameterRow(openapi, one))),
      body && el("h3", {}, "Body"),
      body && table(["Field", "Type", "Meaning"], schemaRows(openapi, body.schema)),
      el("h3", {}, "Answers"),
      el("div", { class: "answers" }, answersOf(openapi, call)),
      el("h3", {}, "Try it"),
      tryForm(openapi, method, path, call, parameters),
    ),
  );
  return { id, panel };
}

function parameterRow(openapi, parameter) {
  return el(
    "tr",
    {},
    el("td", {}, el("code", {}, parameter.name), parameter.required && el("span", { class: "must" }, "required")),
    el("td", { class: "kind" }, kindOf(openapi, parameter.schema)),
    el("td", {}, parameter.in),
    el("td", {}, prose(parameter.description)),
  );
}

function show(openapi) {
  document.getElementById("introduction").replaceChildren(
    el("h1", {}, openapi.info?.title ?? "REST API"),
    el("p", {}, prose(openapi.info?.description)),
    el("p", {}, `Version ${openapi.info?.version ?? "?"} · `, el("a", { href: "/api/openapi.json" }, "OpenAPI document")),
  );
  const groups = new Map((openapi.tags ?? []).map((tag) => [tag.name, { about: tag.description, calls: [] }]));
  for (const [path, item] of Object.entries(openapi.paths ?? {})) {
    for (const method of METHODS.filter((one) => item[one])) {
      const name = item[method].tags?.[0] ?? "Calls";
      if (!groups.has(name)) groups.set(name, { calls: [] });
      groups.get(name).calls.push({ method, path, ...callPanel(openapi, method, path, item[method], item.parameters ?? []) });
    }
  }
  for (const [name, group] of groups) {
    if (group.calls.length === 0) continue;
    calls.append(el("section", { class: "group" }, el("h2", {}, name), group.about && el("p", {}, group.about), group.calls.map((one) => one.panel)));
    contents.append(el("h2", {}, name), el("ul", {}, group.calls.map(contentsRow)));
  }
  state.replaceChildren();
  openLinked();
}

function contentsRow({ id, method, path }) {
  const short = path.replace(/^\/api\/ota/, "") || path;
  return el("li", {}, el("a", { href: `#${id}` }, el("span", { class: `method ${method}` }, method.toUpperCase()), short));
}

/** Open the call the address names, so that a link to it shows it. */
function openLinked() {
  const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!linked?.classList.contains("call")) return;
  linked.open = true;
  linked.scrollIntoView();
}

keyField.value = sessionStorage.getItem(KEY_PLACE) ?? "";
keyField.addEventListener("input", () => sessionStorage.setItem(KEY_PLACE, keyField.value));
document.getElementById("key-form").addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("hashchange", openLinked);

try {
  const answer = await fetch("/api/openapi.json", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  show(await answer.json());
} catch (problem) {
  state.textContent = `The API's description could not be read: ${problem.message}.`;
}

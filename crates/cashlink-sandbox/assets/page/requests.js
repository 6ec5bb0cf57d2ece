// The request log: each call as it came in, what became of it, and its bodies for those who open it.

import { act, call } from "./control.js";
import { at, clockTime, count, element, pill } from "./dom.js";

/** How many calls are kept on the page. */
const MOST = 300;

const OUTCOMES = { applied: "good", replayed: "warn", rejected: "bad", none: "bad" };

let last = 0;
let isHeld = false;
let isBusy = false;
let wanted = "";
let heard = 0;

/** Fetches what came after the last call that is known, in portions, until there is no more. */
export async function follow() {
  if (isHeld || isBusy) return;
  isBusy = true;
  try {
    for (;;) {
      const entries = await call("GET", last === 0 ? `/requests?limit=${MOST}` : `/requests?after=${last}&limit=100`);
      if (entries.length === 0) break;
      for (const entry of entries) add(entry);
      last = entries.at(-1).seq;
    }
  } finally {
    isBusy = false;
  }
}

/** Begins anew: the sandbox was reset or is another one. */
export function forget() {
  last = 0;
  at("requests-list").replaceChildren();
  recount();
}

function add(entry) {
  const list = at("requests-list");
  const node = draw(entry);
  node.hidden = !fits(node);
  list.prepend(node);
  while (list.children.length > MOST) list.lastChild.remove();
  recount();
  say(entry);
}

function recount() {
  const shown = [...at("requests-list").children].filter((node) => !node.hidden).length;
  at("requests-empty").hidden = last > 0 || shown > 0;
  at("requests-count").textContent = shown > 0 ? `${count(shown)} shown` : "";
}

let saying;

/** Says what came in, not more often than every three seconds. */
function say(entry) {
  heard += 1;
  if (saying) return;
  saying = setTimeout(() => {
    at("requests-said").textContent = heard === 1
      ? `${entry.method} ${plain(entry.path)} answered ${entry.status ?? "nothing"}`
      : `${heard} calls came in`;
    saying = undefined;
    heard = 0;
  }, 3000);
}

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** A path without what is the same everywhere, and with the beginnings of ids. */
const plain = (path) => path.replace(/^\/api\/external/, "").replace(ID, (id) => `${id.slice(0, 8)}…`);

function mood(status) {
  if (!status || status >= 500) return "bad";
  return status >= 400 ? "warn" : "good";
}

function draw(entry) {
  const answered = entry.sent === "nothing" ? null : (entry.sent_reply?.status ?? entry.status);
  const summary = element("summary", { "data-focus": "open" },
    element("time", { datetime: entry.at }, clockTime(entry.at)),
    element("span", { class: "method" }, entry.method),
    element("span", { class: "path", title: entry.path }, plain(entry.path)),
    element("span", { class: `status ${mood(answered)}` }, String(answered ?? "–")),
    element("span", { class: "more" }, marks(entry)));
  const details = element("details", {}, summary);
  // Bodies may be long: they are drawn when somebody looks.
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(opened(entry));
  });
  const text = [entry.method, entry.path, entry.operation_id, entry.idempotency_key, entry.status, entry.outcome, entry.fault?.kind, entry.client_id];
  return element("li", { class: "fresh", data: { seq: entry.seq, find: text.join(" ").toLowerCase() } }, details);
}

function marks(entry) {
  const wrong = [["request", entry.request_validation], ["reply", entry.reply_validation]].filter(([, result]) => Array.isArray(result));
  return [
    entry.outcome === "read" || entry.outcome === "none" ? null : pill(entry.outcome, OUTCOMES[entry.outcome]),
    entry.fault && pill(entry.fault.kind.replaceAll("_", " "), "bad"),
    entry.sent === "cut" && pill("cut off", "bad"),
    entry.sent === "nothing" && pill("no answer", "bad"),
    ...wrong.map(([what]) => pill(`${what} not as described`, "warn")),
    entry.idempotency_key && element("code", { title: "Idempotency key" }, entry.idempotency_key),
  ];
}

function opened(entry) {
  const facts = [
    ["Operation", entry.operation_id ?? "none at this address"],
    ["Client", entry.client_id ?? "not known"],
    ["Path", entry.path],
    ["Idempotency key", entry.idempotency_key ?? "none"],
    ["Outcome", entry.outcome],
    ["Request", checked(entry.request_validation)],
    ["Reply", checked(entry.reply_validation)],
    entry.fault && ["Fault", `${entry.fault.kind} (number ${entry.fault.id})`],
    entry.sent !== "as_decided" && ["Sent", entry.sent.replaceAll("_", " ")],
    ["Took", `${(entry.duration_us / 1000).toFixed(1)} ms`],
  ].filter(Boolean);
  return element("div", { class: "exchange" },
    element("dl", {}, facts.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
    part("Request headers", entry.request?.headers),
    part("Request body", body(entry.request?.body)),
    part(`Reply decided: ${entry.reply?.status ?? ""}`, body(entry.reply?.body)),
    entry.sent_reply && part(`Reply sent: ${entry.sent_reply.status}`, body(entry.sent_reply.body)));
}

function checked(result) {
  if (result === null || result === undefined) return "not looked at";
  if (!Array.isArray(result)) return "as described";
  return result.map((problem) => `${problem.place}: ${problem.problem}`).join("; ");
}

function body(value) {
  if (!value) return null;
  const what = value.json ?? value.text ?? value.file;
  const shown = typeof what === "string" ? what : JSON.stringify(what ?? null, null, 2);
  return value.is_truncated ? `${shown}\n… ${count(value.size)} bytes in all` : shown;
}

function part(title, value) {
  if (value === null || value === undefined) return null;
  const text = typeof value === "string" ? value : Object.entries(value).map(([name, content]) => `${name}: ${content}`).join("\n");
  return text === "" ? null : element("div", {}, element("h4", {}, title), element("pre", { tabindex: "0", "aria-label": title }, text));
}

const fits = (node) => wanted === "" || node.dataset.find.includes(wanted);

export function controls() {
  at("requests-find").addEventListener("input", (event) => {
    wanted = event.target.value.trim().toLowerCase();
    for (const node of at("requests-list").children) node.hidden = !fits(node);
    recount();
  });
  at("requests-hold").addEventListener("click", (event) => {
    isHeld = !isHeld;
    event.currentTarget.setAttribute("aria-pressed", String(isHeld));
    event.currentTarget.textContent = isHeld ? "Go on" : "Hold";
    follow();
  });
  at("requests-clear").addEventListener("click", async () => {
    if (await act("DELETE", "/requests")) at("requests-list").replaceChildren();
    recount();
  });
}

// The armed faults, and the form that arms one.

import { Problem, act, call } from "./control.js";
import { at, button, count, element, pill, show, words } from "./dom.js";

/** The properties that some kinds have of their own. */
const OWN = ["status", "investment_status", "copies", "retry_after", "delay_ms", "bytes", "property", "content_type", "body"];

const FIELDS = ["kind", "operation_id", "count", "probability", ...OWN];

const NUMBERS = new Set(["count", "probability", "status", "copies", "retry_after", "delay_ms", "bytes"]);

/** What an armed fault shows that is said otherwise, or is nobody's business. */
const SAID = new Set(["id", "kind", "operation_id", "investment_status", "left", "struck", "count", "seed"]);

const isOfEvents = (fault) => fault.kind.startsWith("webhook_");

export async function follow() {
  const faults = await call("GET", "/faults");
  at("faults-empty").hidden = faults.length > 0;
  at("faults-clear").hidden = faults.length < 2;
  show(at("faults-list"), faults, (fault) => fault.id, draw);
}

function draw(fault) {
  const rest = Object.entries(fault).filter(([name, value]) => !SAID.has(name) && value !== null && value !== 0);
  const noun = isOfEvents(fault) ? "event" : "call";
  const about = [
    isOfEvents(fault) ? words(fault.investment_status ?? "any status") : [fault.operation_id ?? "any operation"].flat().join(", "),
    fault.left === null ? `any number of ${noun}s` : `${count(fault.left)} more ${noun}${fault.left === 1 ? "" : "s"}`,
    ...rest.map(([name, value]) => `${name.replaceAll("_", " ")} ${typeof value === "string" ? value : JSON.stringify(value)}`),
  ];
  return element("li", {},
    element("div", { class: "what" },
      element("span", { class: "name" }, words(fault.kind)),
      element("span", { class: "about" }, about.join(" · "))),
    element("div", { class: "state" },
      fault.struck > 0 && pill(`struck ${count(fault.struck)}`, "bad"),
      button("Disarm", "disarm", () => act("DELETE", `/faults/${fault.id}`), { "aria-label": `Disarm ${words(fault.kind)}, number ${fault.id}` })));
}

/** What the sandbox can arm, and the operations that a fault can be for. */
export async function controls(description) {
  const kinds = await call("GET", "/faults/kinds");
  const form = at("fault-form");
  const options = (strikes) => kinds.filter((kind) => kind.strikes === strikes).map((kind) =>
    element("option", { value: kind.kind, data: { strikes, takes: kind.takes.join(" ") } }, words(kind.kind)));
  form.elements.kind.append(
    element("optgroup", { label: "With a call" }, options("calls")),
    element("optgroup", { label: "With what a webhook is told" }, options("events")));
  form.elements.operation_id.append(...groups(description));
  const fit = () => {
    const { takes = "", strikes } = form.elements.kind.selectedOptions[0]?.dataset ?? {};
    for (const name of OWN) form.elements[name].closest("label").hidden = !takes.split(" ").includes(name);
    form.elements.operation_id.closest("label").hidden = strikes === "events";
    at("fault-delay").textContent = strikes === "events" ? "Delay, in milliseconds of the sandbox's clock" : "Delay, in milliseconds";
  };
  form.elements.kind.addEventListener("change", fit);
  fit();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await arm(form);
  });
  at("faults-clear").addEventListener("click", () => act("DELETE", "/faults"));
}

/** The operations by the tags of the description. */
function groups(description) {
  const byTag = new Map();
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!operation.operationId) continue;
      const tag = operation.tags?.[0] ?? "Other";
      if (!byTag.has(tag)) byTag.set(tag, []);
      byTag.get(tag).push(element("option", { value: operation.operationId, title: `${method.toUpperCase()} ${path}` }, operation.operationId));
    }
  }
  return [...byTag].map(([tag, options]) => element("optgroup", { label: tag }, options));
}

async function arm(form) {
  const wanted = {};
  for (const name of FIELDS) {
    const field = form.elements[name];
    field.removeAttribute("aria-invalid");
    if (field.value === "" || field.closest("label").hidden) continue;
    wanted[name] = NUMBERS.has(name) ? Number(field.value) : field.value;
  }
  try {
    await call("POST", "/faults", wanted);
    at("fault-problem").textContent = "";
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    at("fault-problem").textContent = problem.message;
    const wrong = FIELDS.filter((name) => problem.of(name));
    for (const name of wrong) form.elements[name].setAttribute("aria-invalid", "true");
    if (wrong.length > 0) form.elements[wrong[0]].focus();
  }
}

// Rules and settings, each in the form that its value has, changed as soon as somebody is done with it.

import { Problem, call } from "./control.js";
import { at, element, show } from "./dom.js";

/** What a setting is called and what it does; one without a row here is shown by its name. */
const ABOUT = {
  settlement: ["Settlement", "how long the ledger takes: instant, or a time such as 2s or 1d"],
  latency: ["Latency", "how long every call takes at least"],
  token_lifetime: ["Life time of tokens", ""],
  page_size: ["Page size", "of lists, unless a call asks for another"],
  max_body_bytes: ["Largest upload", "in bytes"],
  strict_idempotency: ["Strict idempotency", "400 without a key, 409 while it is in use, 422 for another body"],
  web_subscription: ["Subscription on the web", "an investment may be made before it is signed"],
  issuer_mirror: ["Issuers are investors too", "an issuer needs an investor with the same company"],
  crypto_redemption: ["Redemption of crypto securities", ""],
  review: ["Review", "investments wait for an external review after the identification"],
  account_setup_required: ["Account set-up first", "before an investor may invest"],
  costs_document_required: ["Costs document first", "before an invitation becomes an investment"],
  cumulative_self_disclosure: ["Cumulative self-disclosure", "its limit covers all invitations for a product"],
  pep_check: ["Check of exposed persons", "before their company may invest"],
};

export async function follow() {
  const settings = await call("GET", "/settings");
  show(at("settings-list"), Object.entries(settings), ([name]) => name, draw);
}

function draw([name, value]) {
  const [title, hint] = ABOUT[name] ?? [name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase()), ""];
  const input = element("input", { id: `setting-${name}`, "data-focus": name, ...form(value) });
  if (typeof value === "boolean") input.checked = value;
  const problem = element("p", { class: "problem", role: "alert" });
  input.addEventListener("change", async () => {
    try {
      await call("PATCH", "/settings", { [name]: wanted(input, value) });
      problem.textContent = "";
      input.removeAttribute("aria-invalid");
    } catch (refused) {
      if (!(refused instanceof Problem)) throw refused;
      problem.textContent = refused.of(name) || refused.message;
      input.setAttribute("aria-invalid", "true");
    }
  });
  return element("div", { class: "setting" },
    element("label", { for: input.id }, title, hint && element("span", { class: "hint" }, hint)), input, problem);
}

function form(value) {
  if (typeof value === "boolean") return { type: "checkbox" };
  if (typeof value === "number") return { type: "number", min: "0", step: "1", value: String(value) };
  return { type: "text", autocomplete: "off", spellcheck: "false", value: value === null ? "" : typeof value === "string" ? value : JSON.stringify(value) };
}

/** What stands in the field, as a value of the kind that was there. */
function wanted(input, before) {
  if (typeof before === "boolean") return input.checked;
  if (typeof before === "number") return Number(input.value);
  return input.value.trim() === "" ? null : input.value.trim();
}

// Webhooks: who is told of changes, what was sent to them, and what they answered.

import { Problem, act, call, isGuarded } from "./control.js";
import { at, button, clockTime, count, element, moment, pill, short, show } from "./dom.js";

/** How many deliveries are shown, the newest. */
const MOST = 100;

let onlyPending = false;

/** The deliveries that somebody has opened, which stay open when there is more to show of them. */
const open = new Set();

export async function follow() {
  const [webhooks, deliveries] = await Promise.all([
    call("GET", "/webhooks"),
    call("GET", `/webhooks/deliveries?limit=${MOST}${onlyPending ? "&state=pending" : ""}`),
  ]);
  at("webhooks-empty").hidden = webhooks.length > 0;
  at("webhooks-curl").textContent = shellLine();
  show(at("webhooks-list"), webhooks, (webhook) => webhook.id, drawWebhook);

  const ids = new Set(deliveries.map((delivery) => delivery.id));
  for (const id of open) if (!ids.has(id)) open.delete(id);
  const receivers = new Map(webhooks.map((webhook) => [webhook.id, webhook.url]));
  const items = deliveries.reverse().map((delivery) => ({ ...delivery, receiver: receivers.get(delivery.webhook_id) ?? null }));
  show(at("deliveries-list"), items, (delivery) => delivery.id, drawDelivery);
  at("deliveries-bar").hidden = items.length === 0 && !onlyPending;
  at("deliveries-most").textContent = items.length < MOST ? "" : `The newest ${count(MOST)} are shown.`;
  at("deliveries-empty").hidden = items.length > 0 || (webhooks.length === 0 && !onlyPending);
  at("deliveries-empty").textContent = onlyPending ? "Nothing is pending." : "Nothing has been sent: no investment has changed its status since.";
}

/** Takes over what `GET /_sandbox/state` says of it. */
export function know(state) {
  const { pending } = state.webhooks;
  at("webhooks-pending").textContent = pending > 0 ? `${count(pending)} pending` : "";
  show(at("webhook-form").elements.client_id, state.clients.newest, (client) => client.id, (client) => element("option", { value: client.id }, client.id));
}

function drawWebhook(webhook) {
  const { oauth } = webhook;
  const about = [
    `of ${webhook.client_id}`,
    oauth ? `token from ${oauth.token_url} for ${oauth.client_id}${oauth.scope ? `, scope ${oauth.scope}` : ""}` : "bearer token",
  ];
  return element("li", {},
    element("div", { class: "what" },
      element("span", { class: "name" }, webhook.url),
      element("span", { class: "about" }, about.join(" · "))),
    element("div", { class: "state" },
      pill(`webhook ${webhook.id}`),
      button("Remove", "remove", () => act("DELETE", `/webhooks/${webhook.id}`), { "aria-label": `Remove webhook ${webhook.id}, ${webhook.url}` })));
}

function drawDelivery(delivery) {
  const answer = delivery.attempts.at(-1);
  const summary = element("summary", { "data-focus": "open", id: `delivery-${delivery.id}` },
    element("time", { datetime: delivery.changed_at, title: delivery.changed_at }, clockTime(delivery.changed_at)),
    element("span", { class: "told" }, element("span", { class: "mono" }, delivery.status), " ", short(delivery.investment_id)),
    element("span", { class: `status ${answer ? mood(answer) : ""}`, title: "The last answer" }, answer ? (answer.status ?? "none") : "–"),
    element("span", { class: "more" }, marks(delivery)));
  const details = element("details", { open: open.has(delivery.id) }, summary);
  // Answers may be long: they are drawn when somebody looks.
  const fill = () => details.children.length === 1 && details.append(opened(delivery));
  if (details.open) fill();
  details.addEventListener("toggle", () => {
    if (!details.open) {
      open.delete(delivery.id);
    } else {
      open.add(delivery.id);
      fill();
    }
  });
  return element("li", { class: delivery.state }, details);
}

const mood = (attempt) => (attempt.status >= 200 && attempt.status < 300 ? "good" : "bad");

const times = (number) => `${count(number)} ${number === 1 ? "attempt" : "attempts"}`;

function marks(delivery) {
  const isPending = delivery.state === "pending";
  const about = [
    times(delivery.attempt_count),
    isPending && (delivery.next_attempt_at ? `next at ${clockTime(delivery.next_attempt_at)}` : "waits for the one before"),
  ];
  return [
    pill(delivery.state, isPending ? "warn" : "good"),
    delivery.fault && pill(delivery.fault.kind.replaceAll("_", " "), "bad"),
    element("span", { class: "about" }, about.filter(Boolean).join(" · ")),
  ];
}

function opened(delivery) {
  const facts = [
    ["Delivery", `${delivery.id}, to webhook ${delivery.webhook_id}${delivery.receiver === null ? ", which has been removed" : ""}`],
    ["Investment", investment(delivery.investment_id)],
    ["Status", `${delivery.status} since ${delivery.changed_at}`],
    delivery.state === "pending" && ["Next attempt", delivery.next_attempt_at ? `${moment(delivery.next_attempt_at)} UTC` : "when the one before of this investment is delivered"],
    delivery.fault && ["Fault", `${delivery.fault.kind} (number ${delivery.fault.id})`],
  ].filter(Boolean);
  const isCut = delivery.attempt_count > delivery.attempts.length;
  return element("div", { class: "exchange" },
    element("dl", {}, facts.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
    delivery.receiver !== null && element("div", { class: "actions" },
      button(delivery.attempt_count > 0 ? "Send again" : "Send now", "resend", () => act("POST", `/webhooks/deliveries/${delivery.id}/resend`), { "aria-describedby": `delivery-${delivery.id}` })),
    element("div", {},
      element("h4", {}, isCut ? `The last ${delivery.attempts.length} of ${times(delivery.attempt_count)}` : times(delivery.attempt_count)),
      element("ol", { class: "attempts", reversed: true }, delivery.attempts.map(drawAttempt).reverse())));
}

/** The way to an investment, if it is on the page. */
function investment(id) {
  return document.getElementById(`thing-${id}`) ? element("a", { href: `#thing-${id}` }, id) : id;
}

/** What a receiver answered becomes text: it may be anything. */
function drawAttempt(attempt) {
  const label = `Answer at ${moment(attempt.at)}`;
  return element("li", {},
    element("span", { class: "attempt" },
      element("time", { datetime: attempt.at, title: attempt.at }, moment(attempt.at)),
      element("span", { class: `status ${mood(attempt)}` }, attempt.status ?? "no answer"),
      element("span", { class: "about" }, `${count(attempt.duration_ms)} ms`)),
    attempt.error && element("span", { class: "fault" }, attempt.error),
    attempt.reply && element("pre", { tabindex: "0", "aria-label": label }, attempt.reply));
}

/** The fields that belong to each way of proving who one is. */
const WAYS = {
  bearer: ["bearer"],
  oauth: ["oauth.token_url", "oauth.client_id", "oauth.client_secret", "oauth.scope"],
};

const FIELDS = ["url", "client_id", ...WAYS.bearer, ...WAYS.oauth];

export function controls() {
  const form = at("webhook-form");
  const fit = () => {
    for (const [way, names] of Object.entries(WAYS)) {
      for (const name of names) form.elements[name].closest("label").hidden = way !== form.elements.way.value;
    }
  };
  form.elements.way.addEventListener("change", fit);
  fit();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await register(form);
  });
  at("deliveries-pending").addEventListener("click", (event) => {
    onlyPending = !onlyPending;
    event.currentTarget.setAttribute("aria-pressed", String(onlyPending));
    follow();
  });
}

/** What registers a webhook from a shell. */
function shellLine() {
  const guard = isGuarded() ? ' -H "Authorization: Bearer $TOKEN"' : "";
  return `curl${guard} --json '{"url": "http://127.0.0.1:8080/events", "bearer": "token"}' ${location.origin}/_sandbox/webhooks`;
}

async function register(form) {
  const wanted = {};
  for (const name of FIELDS) {
    const field = form.elements[name];
    field.removeAttribute("aria-invalid");
    const value = field.value.trim();
    if (value === "" || field.closest("label").hidden) continue;
    const [part, inner] = name.split(".");
    if (inner) (wanted[part] ??= {})[inner] = value;
    else wanted[name] = value;
  }
  const said = at("webhook-problem");
  try {
    await call("POST", "/webhooks", wanted);
    said.textContent = "";
    for (const name of [...WAYS.bearer, ...WAYS.oauth, "url"]) form.elements[name].value = "";
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const wrong = FIELDS.map((name) => [name, about(problem.body, name)]).filter(([, message]) => message !== "");
    said.textContent = wrong.length > 0 ? wrong.map(([name, message]) => `${name.replaceAll(/[._]/g, " ")}: ${message}`).join("\n") : problem.message;
    for (const [name] of wrong) form.elements[name].setAttribute("aria-invalid", "true");
    if (wrong.length > 0) form.elements[wrong[0][0]].focus();
  }
}

/** What is said about a field that may be inside another. */
function about(body, name) {
  const messages = name.split(".").reduce((value, step) => value?.[step], body);
  return Array.isArray(messages) ? messages.join(" ") : "";
}

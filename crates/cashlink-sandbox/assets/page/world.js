// What exists: every noun as a list, newest first, with what can be done to it.

import { act } from "./control.js";
import { at, button, count, element, moment, money, pill, short, show, words } from "./dom.js";
import { line } from "./line.js";

const MOODS = {
  SUCCESS: "good", SUCCEEDED: "good", DEPLOYED: "good",
  IDENT_STARTED: "warn", PROCESSING: "warn", DEPLOYING: "warn", IN_VALIDATION: "warn", UNKNOWN: "warn",
  UNDER_REVIEW: "warn", MANUAL_REVIEW_REQUIRED: "warn", REJECTED: "bad", FAILED: "bad",
};

const status = (name) => pill(words(name), MOODS[String(name).toUpperCase()] ?? "");

/** What events are called where people decide them. */
const EVENTS = {
  kyc_cleared: "Clear KYC", kyc_insufficient: "KYC insufficient", abort: "Abort", reviewed: "Finish review",
  accept: "Accept", reject: "Reject", pay: "Pay", payment_missing: "Payment missing", cancel: "Cancel", deliver: "Deliver",
};

/** The nouns in the order in which they are shown. */
const NOUNS = [
  ["investments", "Investments", "An investment comes with POST /v2/investments/.", investment],
  ["tasks", "Tasks on the ledger", "", task],
  ["investors", "Investors", "An investor comes with POST /v2/investors/.", investor],
  ["wallets", "Wallets", "A wallet comes with POST /v2/investors/{id}/wallets/eth-managed/.", wallet],
  ["products", "Products", "", product],
  ["campaigns", "Campaigns", "", campaign],
  ["transfers", "Transfers", "", transfer],
  ["redemptions", "Redemptions", "", redemption],
  ["invitations", "Invitations", "", invitation],
  ["documents", "Documents", "", uploaded],
  ["listings", "Listings", "", listing],
  ["platforms", "Distribution platforms", "", platform],
  ["clients", "Clients", "", client],
];

/** A thing: its name, what there is to say about it, its state, what can be done, and what is below. */
function row({ name, about = [], state = [], actions = [], below = [], id }) {
  const said = about.filter((part) => part !== null && part !== undefined && part !== "").map((part, index) => element("span", { class: index > 0 ? "sep" : null }, part));
  return element("li", { id: id && `thing-${id}` },
    element("div", { class: "what" }, element("span", { class: "name" }, name), element("span", { class: "about" }, said)),
    element("div", { class: "state" }, state),
    below,
    actions.some(Boolean) && element("div", { class: "actions" }, actions));
}

/** What belongs to another client than the first says so. */
let firstClient;
const of = (item) => (item.client && item.client !== firstClient ? `of ${item.client}` : null);

function investment(item) {
  const events = item.events.map((event) =>
    button(EVENTS[event] ?? words(event), event, () => act("POST", `/investments/${item.id}/events`, { event })));
  return row({
    id: item.id,
    name: item.investor || "Unnamed investor",
    about: [item.product, `${count(item.units)} units`, money(item.amount),
      item.delivered_at && item.remaining !== item.units ? `${count(item.remaining)} left` : null, of(item)],
    state: [item.credit && item.credit.status !== "succeeded" && pill(`credit ${item.credit.status}`, MOODS[item.credit.status.toUpperCase()]), short(item.id)],
    below: [line(item)],
    actions: events,
  });
}

function investor(item) {
  const decide = (result) => act("POST", `/investors/${item.id}/kyc`, { result });
  return row({
    id: item.id,
    name: item.name || "Unnamed investor",
    about: [item.is_company ? "company" : "person", plural(item.wallets, "wallet"), plural(item.investments, "investment"),
      item.is_company ? plural(item.benefiting_persons, "benefiting person") : null, of(item)],
    state: [item.kyc_status ? pill(`KYC ${words(item.kyc_status).toLowerCase()}`, MOODS[item.kyc_status]) : pill("Not identified"), short(item.id)],
    actions: item.kyc_status === "SUCCESS" ? [] : [
      button("Approve KYC", "success", () => decide("success")),
      button("Reject KYC", "rejected", () => decide("rejected")),
      button("Fail KYC", "failed", () => decide("failed")),
    ],
  });
}

function wallet(item) {
  const balances = item.balances.map((balance) => element("span", { class: "about" }, `${count(balance.units)} × ${balance.product ?? "unknown product"}`,
    balance.available !== balance.units ? `, ${count(balance.units - balance.available)} set aside` : ""));
  return row({
    id: item.id,
    name: item.investor || "Unnamed investor",
    about: [element("code", {}, item.address), item.type === "eth-managed" ? "managed" : "own", item.receiving_enabled ? "receives transfers" : null, of(item)],
    state: [item.is_frozen && pill("Frozen", "warn"), short(item.id),
      button(item.is_frozen ? "Unfreeze" : "Freeze", "freeze", () => act("PUT", `/wallets/${item.id}/freeze`, { frozen: !item.is_frozen }))],
    below: [element("div", { class: "what" }, balances.length > 0 ? balances : element("span", { class: "about" }, "empty"))],
  });
}

function product(item) {
  return row({
    id: item.id,
    name: item.name,
    about: [words(item.type), item.is_crypto_security ? "crypto security" : "digital security", item.isin, of(item)],
    state: [item.is_paused && pill("Transfers paused", "warn"), status(item.status), short(item.id)],
    actions: [
      item.status === "IN_VALIDATION" && button("Finish validation", "validate", () => act("POST", `/products/${item.id}/validation`, {})),
      button(item.is_paused ? "Let transfers go on" : "Pause transfers", "pause", () => act("PUT", `/products/${item.id}/transfers`, { paused: !item.is_paused })),
    ],
  });
}

function campaign(item) {
  return row({
    id: item.id,
    name: item.name,
    about: [`${money(item.price)} a unit`, `${count(item.taken)} of ${count(item.allocation)} units taken`, item.product !== item.name ? item.product : null, of(item)],
    state: [pill(item.is_active ? "Active" : "Closed", item.is_active ? "good" : ""), short(item.id)],
  });
}

function transfer(item) {
  return row({
    id: item.id,
    name: `${count(item.amount)} units of ${item.product_name ?? "an unknown product"}`,
    about: [element("span", {}, "from wallet ", short(item.source_wallet)), element("span", {}, "to ", element("code", {}, item.target_address)), of(item)],
    state: [status(item.status), short(item.id)],
  });
}

function redemption(item) {
  return row({
    id: item.id,
    name: `${count(item.units)} units of ${item.product ?? "an unknown product"}`,
    about: [item.investor, element("span", {}, "from wallet ", short(item.wallet_id)), of(item)],
    state: [status(item.status), short(item.id)],
  });
}

function invitation(item) {
  return row({
    id: item.id,
    name: item.investor || "Unnamed investor",
    about: [`${count(item.units)} units`, item.investment_id ? element("span", {}, "became investment ", short(item.investment_id)) : "not yet an investment", of(item)],
    state: [short(item.id)],
  });
}

function uploaded(item) {
  return row({
    id: item.id,
    name: item.name,
    about: [item.content_type, `${count(item.size)} bytes`, of(item)],
    state: [short(item.id)],
  });
}

function listing(item) {
  return row({
    id: item.id,
    name: item.product ?? "Unknown product",
    about: [`on ${item.platform ?? "an unknown platform"}`, of(item)],
    state: [short(item.id)],
  });
}

function platform(item) {
  return row({
    id: item.id,
    name: item.platform_company_name,
    about: [item.client && `run by ${item.client}`, item.may_list.length > 0 ? `open to products of ${item.may_list.join(", ")}` : "open to nobody's products"],
    state: [short(item.id)],
  });
}

function client(item) {
  return row({ name: item.id, about: [item.scopes.join(", ")] });
}

function task(item) {
  const end = (result) => act("POST", `/tasks/${item.id}`, { end: result });
  return row({
    name: words(item.kind),
    about: [item.due_at ? `ends by itself at ${moment(item.due_at)}` : "waits for somebody to find out what became of it"],
    state: [status(item.status), short(item.id)],
    actions: [
      button("Succeed", "succeeded", () => end("succeeded")),
      button("Fail", "failed", () => end("failed")),
      item.status !== "unknown" && button("Lose track", "unknown", () => end("unknown")),
    ],
  });
}

const plural = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;

/** Draws the frame of every noun once. */
export function frame() {
  at("nouns").append(...NOUNS.map(([name, title]) => element("section", { class: "noun", id: name, "aria-labelledby": `${name}-title`, hidden: true, tabindex: "-1" },
    element("h2", { id: `${name}-title` }, title, " ", element("span", {})),
    element("ul", { class: "rows" }),
    element("p", { class: "empty" }))));
}

/** Shows the state as `GET /_sandbox/state` has it, with the tasks under way. */
export function draw(state) {
  firstClient = state.clients.newest[0]?.id;
  const counts = [];
  for (const [name, title, hint, draw] of NOUNS) {
    const value = state[name] ?? [];
    const { count: total, newest } = Array.isArray(value) ? { count: value.length, newest: value } : value;
    const section = at(name);
    section.hidden = total === 0 && hint === "";
    section.querySelector("h2 span").textContent = total > newest.length ? `the newest ${count(newest.length)} of ${count(total)}` : count(total);
    section.querySelector(".empty").textContent = total === 0 ? hint : "";
    section.querySelector(".empty").hidden = total > 0;
    show(section.querySelector("ul"), newest, (item) => item.id, draw);
    if (!section.hidden) counts.push({ name, title, total });
  }
  show(at("counts"), counts, (item) => item.name, (item) =>
    element("li", {}, element("a", { href: `#${item.name}`, "data-focus": item.name }, element("b", {}, count(item.total)), " ", (item.total === 1 ? item.title.replace(/s\b/, "") : item.title).toLowerCase())));
}

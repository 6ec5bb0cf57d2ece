// The life of an investment as a line: the normal path of six states, and where a cancelled one left it.

import { element, words } from "./dom.js";

const PATH = ["KYC_PENDING", "REVIEW_PENDING", "WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "DELIVERED"];

/** Short enough to stand beside each other. */
const LABELS = ["KYC", "Review", "Waiting", "Accepted", "Paid", "Delivered"];

/** What an investment passes only if somebody asks for it. */
const BY_THE_WAY = "REVIEW_PENDING";

export function line(investment) {
  const end = PATH.includes(investment.status) ? null : investment.status;
  const present = PATH.indexOf(end ? (investment.branched_off ?? PATH[0]) : investment.status);
  const steps = PATH.map((state, index) => {
    const kinds = [`step-${index + 1}`, standing(state, index, present, end)];
    const now = index === present && !end;
    return element("li", { class: kinds.join(" "), "aria-current": now && "step", title: words(state) }, element("span", {}, LABELS[index]));
  });
  if (end) {
    steps.push(element("li", { class: `end at-${present + 1}`, "aria-current": "step" }, element("span", {}, words(end))));
  }
  const spoken = end ? `${words(end)}, after ${words(PATH[present])}` : words(investment.status);
  return element("ol", { class: end ? "line ended" : "line", "aria-label": `State: ${spoken}`, "data-status": investment.status }, steps);
}

function standing(state, index, present, end) {
  if (index < present) return state === BY_THE_WAY ? "done passed" : "done";
  if (index === present) return end ? "fork passed-here" : "now";
  return end ? "never" : "ahead";
}

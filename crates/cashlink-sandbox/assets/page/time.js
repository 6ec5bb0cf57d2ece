// The clock of the sandbox: shown as it runs, advanced and held.

import { Problem, call } from "./control.js";
import { at } from "./dom.js";

/** The sandbox's time at a moment of the browser's, from which the present one follows. */
let known = { now: 0, seen: 0, isHeld: false };

export async function follow() {
  take(await call("GET", "/clock"));
}

function take(clock) {
  known = { now: Date.parse(clock.now), seen: performance.now(), isHeld: clock.held === true };
  const hold = at("clock-hold");
  hold.setAttribute("aria-pressed", String(known.isHeld));
  hold.textContent = known.isHeld ? "Let it run" : "Hold";
  at("clock-state").textContent = [known.isHeld ? "held" : "", ahead(known.now - Date.now())].filter(Boolean).join(", ");
  tick();
}

function ahead(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return "as by the wall clock";
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`];
  return `${parts.filter(Boolean).join(" ")} ahead of the wall clock`;
}

/** Shows the present time. */
export function tick() {
  if (known.now === 0) return;
  const passed = known.isHeld ? 0 : performance.now() - known.seen;
  const text = new Date(known.now + passed).toISOString();
  at("clock").textContent = `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
  at("clock").setAttribute("datetime", text);
}

async function change(wanted) {
  try {
    take(await call("POST", "/clock", wanted));
    at("clock-problem").textContent = "";
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    at("clock-problem").textContent = problem.message;
    return false;
  }
}

export function controls() {
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", () => change({ advance: button.dataset.advance }));
  }
  at("clock-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const own = at("clock-own");
    if (await change({ advance: own.value.trim() })) own.value = "";
    else own.focus();
  });
  at("clock-hold").addEventListener("click", () => change({ hold: !known.isHeld }));
  setInterval(tick, 1000);
}

// The page: listens for changes, and asks anew for what it shows whenever there is one.

import { Problem, call, listen, token } from "./control.js";
import { at } from "./dom.js";
import * as faults from "./faults.js";
import * as requests from "./requests.js";
import * as settings from "./settings.js";
import * as snapshots from "./snapshots.js";
import * as time from "./time.js";
import * as webhooks from "./webhooks.js";
import * as world from "./world.js";

const CONNECTION = { live: "Live", waiting: "Connecting", lost: "Not reachable" };

function connected(isLive) {
  const state = isLive ? "live" : "lost";
  at("connection").dataset.state = state;
  at("connection").textContent = CONNECTION[state];
  // Another sandbox may be at this address now, which counts its calls anew.
  if (isLive) requests.forget();
}

async function overview() {
  const [state, tasks] = await Promise.all([call("GET", "/state"), call("GET", "/tasks").catch(() => [])]);
  world.draw({ ...state, tasks });
  webhooks.know(state);
  // What is due ends by itself, of which nobody is told.
  clearTimeout(later);
  if (tasks.some((task) => task.due_at)) later = setTimeout(changed, 1000);
}

let hasOffers = false;

/** What can be armed does not change while the sandbox runs. */
async function offers() {
  if (hasOffers) return;
  const description = await (await fetch("/openapi.json")).json();
  await faults.controls(description);
  hasOffers = true;
}

let later;
let isAsking = false;
let isStale = false;

/** Asks for everything; what changes meanwhile is asked for once more. */
async function changed() {
  isStale = true;
  if (isAsking) return;
  isAsking = true;
  while (isStale) {
    isStale = false;
    const asked = [offers, overview, requests.follow, webhooks.follow, faults.follow, time.follow, settings.follow, snapshots.follow];
    const results = await Promise.allSettled(asked.map((ask) => ask()));
    // Without a token, or while the sandbox is away, there is nothing to tell that the page does not show already.
    const broken = results.find((result) => result.status === "rejected" && !(result.reason instanceof Problem) && !(result.reason instanceof TypeError));
    if (broken) console.error(broken.reason);
  }
  isAsking = false;
}

function begin() {
  at("address").textContent = `${location.origin}/api/external`;
  world.frame();
  token();
  requests.controls();
  webhooks.controls();
  time.controls();
  snapshots.controls();
  listen(changed, connected);
}

begin();

// The one way to the sandbox: the JSON addresses below /_sandbox/ that every program uses.

import { at } from "./dom.js";

const KEY = "sandbox-control-token";

/** What the sandbox refused. */
export class Problem extends Error {
  constructor(status, body) {
    super(said(body) || `The sandbox answered ${status}.`);
    this.status = status;
    this.body = body;
  }

  /** What is said about one field. */
  of(field) {
    const messages = this.body?.[field];
    return Array.isArray(messages) ? messages.join(" ") : "";
  }
}

/** What an error in the form of the API says, field by field. */
function said(body) {
  if (typeof body?.detail === "string") return body.detail;
  if (body === null || typeof body !== "object") return "";
  return Object.entries(body)
    .map(([field, messages]) => {
      const text = Array.isArray(messages) ? messages.filter((message) => typeof message === "string").join(" ") : JSON.stringify(messages);
      return field === "non_field_errors" ? text : `${field}: ${text}`;
    })
    .join("\n");
}

/** Whether the sandbox has asked for its token. */
export const isGuarded = () => sessionStorage.getItem(KEY) !== null;

function headers() {
  const token = sessionStorage.getItem(KEY);
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Calls the sandbox; gives what it answers, or throws a `Problem`. */
export async function call(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const reply = await fetch(`/_sandbox${path}`, { method, headers: { ...headers(), ...type }, ...sent });
  const text = await reply.text();
  let value = null;
  try {
    value = text === "" ? null : JSON.parse(text);
  } catch {
    value = { detail: text };
  }
  if (!reply.ok) {
    if (reply.status === 401) askForToken();
    throw new Problem(reply.status, value);
  }
  return value;
}

/** Calls the sandbox, and tells people if it refuses. */
export async function act(method, path, body) {
  try {
    const value = await call(method, path, body);
    toast("");
    return value ?? true;
  } catch (problem) {
    toast(problem.message);
    return null;
  }
}

let toastEnds;

/** Tells something at the foot of the page for a while. */
export function toast(text) {
  at("toast").textContent = text;
  clearTimeout(toastEnds);
  if (text) toastEnds = setTimeout(() => toast(""), 8000);
}

let hasToken = () => {};

/** Shows the form for the token; `listen` goes on once there is one. */
function askForToken() {
  const form = at("token-form");
  if (!form.hidden) return;
  if (sessionStorage.getItem(KEY)) at("token-problem").textContent = "The sandbox does not know this token.";
  form.hidden = false;
  at("content").hidden = true;
  at("token").focus();
}

export function token() {
  at("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, at("token").value.trim());
    at("token").value = "";
    at("token-problem").textContent = "";
    at("token-form").hidden = true;
    at("content").hidden = false;
    hasToken();
  });
}

/** Until the token is there, or for a while. */
function rest(milliseconds) {
  return new Promise((resolve) => {
    if (at("token-form").hidden) setTimeout(resolve, milliseconds);
    else hasToken = resolve;
  });
}

/**
 * Listens for changes for as long as the page is open. By `fetch`, which unlike `EventSource` can send a token; calls
 * `changed` whenever something did, and once after each connection, as something may have changed in between.
 */
export async function listen(changed, connected) {
  for (let wait = 250; ; wait = Math.min(wait * 2, 5000)) {
    try {
      const reply = await fetch("/_sandbox/live", { headers: headers() });
      if (reply.status === 401) askForToken();
      if (reply.ok) {
        wait = 250;
        connected(true);
        await read(reply.body, changed);
      }
    } catch {
      // The sandbox is not there; it may come back.
    }
    connected(false);
    await rest(wait);
  }
}

async function read(body, changed) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    if (events.some((event) => event.startsWith("data:"))) changed();
  }
}

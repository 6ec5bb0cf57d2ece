// Elements and texts. What comes from callers becomes text, never markup.

/** An element with properties, and children that are elements or texts; what is null is left out. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const at = (id) => document.getElementById(id);

/**
 * Makes `list` show `items`, each under its key. What did not change stays as it is, so that focus, selection and open
 * parts survive; what is new says so for a moment, except on the first time.
 */
export function show(list, items, key, draw) {
  const isFirst = list.dataset.drawn === undefined;
  list.dataset.drawn = "";
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let before = list.firstChild;
  let focus;
  for (const item of items) {
    const name = String(key(item));
    const text = JSON.stringify(item);
    let node = old.get(name);
    old.delete(name);
    if (!node || node.dataset.text !== text) {
      const fresh = draw(item);
      fresh.dataset.key = name;
      fresh.dataset.text = text;
      if (!isFirst) fresh.classList.add("fresh");
      if (node) {
        if (node.contains(document.activeElement)) focus = { node: fresh, name: document.activeElement.dataset.focus };
        if (node === before) before = fresh;
        node.replaceWith(fresh);
      }
      node = fresh;
    }
    if (node === before) before = before.nextSibling;
    else list.insertBefore(node, before);
  }
  for (const gone of old.values()) gone.remove();
  if (focus) refocus(focus.node, focus.name);
}

/** Puts the focus where it was, or near it if that is gone. */
function refocus(node, focus) {
  const same = [...node.querySelectorAll("[data-focus]")].find((candidate) => candidate.dataset.focus === focus);
  const target = same ?? node.querySelector("button, summary, a") ?? node;
  if (target === node) node.tabIndex = -1;
  target.focus({ preventScroll: true });
}

const counting = new Intl.NumberFormat("en-GB");

export const count = (number) => counting.format(number);

/** An exact amount as it is read: no float has its hands on it. */
export function money(value) {
  if (!value) return "–";
  const digits = value.amount.replace("-", "").padStart(value.decimals + 1, "0");
  const whole = digits.slice(0, digits.length - value.decimals);
  const rest = value.decimals > 0 ? `.${digits.slice(-value.decimals)}` : "";
  const sign = value.amount.startsWith("-") ? "−" : "";
  return `${value.currency} ${sign}${whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",")}${rest}`;
}

/** `WAITING_FOR_ACCEPTANCE` as people write it. */
export function words(name) {
  const text = String(name).toLowerCase().replaceAll("_", " ");
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return capital.replace(/\bkyc\b/i, "KYC");
}

/** The beginning of an id; the whole of it is its title. */
export const short = (id) => element("code", { title: id }, String(id).slice(0, 8));

export const pill = (text, mood = "") => element("span", { class: `pill ${mood}` }, text);

/** The time of day, in UTC as everywhere in the API. */
export const clockTime = (timestamp) => timestamp.slice(11, 19);

/** A point in time to the second, in UTC. */
export const moment = (timestamp) => `${timestamp.slice(0, 10)} ${timestamp.slice(11, 19)}`;

/** A button that does something and cannot be pressed again before that is done. */
export function button(label, focus, action, properties = {}) {
  return element("button", {
    type: "button",
    class: "quiet",
    "data-focus": focus,
    ...properties,
    onclick: async (event) => {
      const pressed = event.currentTarget;
      pressed.setAttribute("aria-disabled", "true");
      await action();
      pressed.removeAttribute("aria-disabled");
    },
  }, label);
}

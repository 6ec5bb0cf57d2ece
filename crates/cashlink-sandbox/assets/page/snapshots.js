// Snapshots of everything that exists, and the way back to the beginning.

import { act, call } from "./control.js";
import { at, button, element, moment, show } from "./dom.js";

export async function follow() {
  const snapshots = await call("GET", "/snapshots");
  at("snapshots-empty").hidden = snapshots.length > 0;
  show(at("snapshots-list"), snapshots, (snapshot) => snapshot.id, draw);
}

function draw(snapshot) {
  return element("li", {},
    element("div", { class: "what" },
      element("span", { class: "name" }, `Snapshot ${snapshot.id}`),
      element("span", { class: "about" }, `taken at ${moment(snapshot.at)}`)),
    element("div", { class: "state" },
      button("Restore", "restore", () => act("POST", `/snapshots/${snapshot.id}/restore`), { "aria-label": `Restore snapshot ${snapshot.id}` }),
      button("Forget", "forget", () => act("DELETE", `/snapshots/${snapshot.id}`), { "aria-label": `Forget snapshot ${snapshot.id}` })));
}

export function controls() {
  at("snapshot-take").addEventListener("click", () => act("POST", "/snapshots"));
  const reset = at("reset");
  const label = reset.textContent;
  const calm = () => {
    delete reset.dataset.armed;
    reset.textContent = label;
  };
  // Asked twice, as nothing brings back what was there.
  reset.addEventListener("click", async () => {
    if (reset.dataset.armed === undefined) {
      reset.dataset.armed = "";
      reset.textContent = "Press again to forget all that exists";
      return;
    }
    calm();
    await act("POST", "/reset");
  });
  reset.addEventListener("blur", calm);
}

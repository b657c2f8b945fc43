// A proposal that is being written: kept with the server a little after the last key, for one's other devices.
import { send } from "./room/ask.js";

const form = document.querySelector("form[data-draft]");
let timer = 0;

function save(more = {}) {
  clearTimeout(timer);
  timer = 0;
  send(form.dataset.draft, new FormData(form), more);
}

if (form) {
  for (const kind of ["input", "change"])
    form.addEventListener(kind, () => {
      clearTimeout(timer);
      timer = setTimeout(save, 1200);
    });
  form.addEventListener("submit", () => clearTimeout(timer));
  document.addEventListener("visibilitychange", () => document.hidden && timer && save({ keepalive: true }));
}

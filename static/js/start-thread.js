// A thread that is being written: kept with the server a little after the last key, for one's other devices.
import { send } from "./room/ask.js";

const form = document.querySelector("form[data-first-draft]");
const { title, body } = form.elements;
let timer = 0;
let saved = `${title.value}\n${body.value}`;

function save(more = {}) {
  clearTimeout(timer);
  if (saved === `${title.value}\n${body.value}`) return;
  saved = `${title.value}\n${body.value}`;
  const words = new FormData();
  words.set("title", title.value);
  words.set("body", body.value);
  send(form.dataset.firstDraft, words, more);
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(save, 1200);
});
// The server forgets its copy with the thread that comes of it: leaving the page must not bring it back.
form.addEventListener("submit", () => {
  clearTimeout(timer);
  saved = `${title.value}\n${body.value}`;
});
document.addEventListener("visibilitychange", () => document.hidden && save({ keepalive: true }));

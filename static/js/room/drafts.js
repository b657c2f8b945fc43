// What is typed and not sent: at every key in this tab, and a little later with the server, for one's other devices.
// Signing out forgets the tab's copy (static/js/keep.js clears what begins with "keep:").
import { send } from "./ask.js";

const LATER = 1200; // ms after the last key

export function keepDraft(form, textarea) {
  const key = `keep:${document.body.dataset.member}:draft:${form.dataset.draft ?? form.elements.reply_to.value}`;
  const url = form.dataset.draft;
  let timer = 0;
  let saved = textarea.value;

  const save = (more = {}) => {
    clearTimeout(timer);
    if (!url || textarea.value === saved) return;
    saved = textarea.value;
    const body = new FormData();
    body.set("body", saved);
    send(url, body, more);
  };
  const kept = sessionStorage.getItem(key);
  if (kept && kept !== textarea.value) {
    textarea.value = kept;
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  }
  textarea.addEventListener("input", () => {
    if (textarea.value) sessionStorage.setItem(key, textarea.value);
    else sessionStorage.removeItem(key);
    clearTimeout(timer);
    timer = setTimeout(save, LATER);
  });
  document.addEventListener("visibilitychange", () => document.hidden && save({ keepalive: true }));
  // The server forgets its copy with the post that comes of it.
  return () => {
    clearTimeout(timer);
    saved = "";
    sessionStorage.removeItem(key);
  };
}

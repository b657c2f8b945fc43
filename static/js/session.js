// <dialog data-session="/session/">: two minutes before the session ends, ask. The address tells when
// ({"idle_ends", "ends"}, ISO 8601) without counting as activity, so another tab's work is heard before anyone is asked.
const WARNING = 120000; // ms
const dialog = document.querySelector("dialog[data-session]");
let ends = 0;
let timer = 0;

async function look() {
  const answer = await fetch(dialog.dataset.session, { headers: { Accept: "application/json" }, redirect: "manual" }).catch(() => null);
  if (!answer) return later(30000); // offline: ask again
  if (!answer.ok) return location.reload(); // signed out: the sign-in page, and then back here
  const { idle_ends: idle, ends: last } = await answer.json();
  ends = Math.min(Date.parse(idle), Date.parse(last));
  plan();
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(1000, Math.min(wait, 600000)));
}

function plan() {
  const left = ends - Date.now();
  if (left > WARNING) {
    if (dialog.open) dialog.close();
    return later(left - WARNING);
  }
  if (!dialog.open) dialog.showModal();
  count();
}

function count() {
  const left = Math.max(0, Math.round((ends - Date.now()) / 1000));
  const words = left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s` : `${left} seconds`;
  dialog.querySelector("[data-slot=left]").textContent = words;
  clearTimeout(timer);
  timer = setTimeout(left % 15 === 1 || left === 0 ? look : count, 1000); // somebody may have stayed in another tab
}

if (dialog) {
  dialog.addEventListener("submit", async (event) => {
    if (!("stay" in event.target.dataset)) return;
    event.preventDefault();
    await fetch(event.target.action, { method: "POST", body: new FormData(event.target), redirect: "manual" }).catch(() => null);
    look();
  });
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  look();
}

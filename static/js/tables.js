// The tables of a symposium. [data-here]: marks the one at which one sits, and tells each minute that one is still there.
import { tokenOf } from "./live/outbox.js";
import "./quiet.js";

const tables = document.querySelector("[data-here]");
const me = tables.closest("live-space").dataset.me;
const status = document.querySelector("[data-slot=seat]");
let timer = 0;

async function tell() {
  const headers = { "X-CSRFToken": tokenOf() };
  const answer = await fetch(tables.dataset.here, { method: "POST", headers, redirect: "manual" }).catch(() => null);
  if (answer && answer.status !== 204) return location.reload(); // the seat is gone, or one is signed out
  status.textContent = answer ? "" : "Without a connection: after five minutes your seat is free for others.";
  timer = setTimeout(tell, 60000);
}

function own() {
  for (const person of tables.querySelectorAll("[data-by]")) person.classList.toggle("me", person.dataset.by === me);
  for (const table of tables.children) table.classList.toggle("mine", Boolean(table.querySelector(".me")));
  const sits = Boolean(tables.querySelector(".mine"));
  if (!sits) clearTimeout(timer);
  if (!sits) timer = 0;
  else timer ||= setTimeout(tell, 60000);
}

tables.classList.add("live");
document.addEventListener("live:applied", own);
own();
if (timer) clearTimeout(timer), tell(); // a page that was opened again says so at once

// [data-here="/meetings/…/here/"]: tells each minute that somebody is still in the room. A closed laptop tells nothing.
import { tokenOf } from "./live/outbox.js";

const page = document.querySelector("[data-here]");
const status = page.querySelector("[data-slot=status]");

async function tell() {
  const answer = await fetch(page.dataset.here, { method: "POST", headers: { "X-CSRFToken": tokenOf() }, redirect: "manual" }).catch(() => null);
  if (answer && answer.status !== 204) return location.reload(); // over, closed to them, or signed out
  status.textContent = answer ? "" : "Without a connection: this minute may not be counted.";
  setTimeout(tell, 60000);
}

tell();

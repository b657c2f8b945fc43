// The room of a meeting. [data-here="/meetings/…/here/"]: tells each minute that somebody is still in it; a closed laptop
// tells nothing.
import { tokenOf } from "./live/outbox.js";
import "./quiet.js";

const page = document.querySelector("[data-here]");
const polls = document.querySelector("[data-voted-in]");
const status = page.querySelector("[data-slot=status]");

async function tell() {
  const answer = await fetch(page.dataset.here, { method: "POST", headers: { "X-CSRFToken": tokenOf() }, redirect: "manual" }).catch(() => null);
  if (answer && answer.status !== 204) return location.reload(); // over, closed to them, or signed out
  status.textContent = answer ? "" : "Without a connection: this minute may not be counted.";
  setTimeout(tell, 60000);
}

// What is everyone's says whose it is, and this page says which is one's own.
function own() {
  const me = page.closest("live-space").dataset.me;
  for (const row of document.querySelectorAll("[data-by]")) row.classList.toggle("mine", row.dataset.by === me);
  for (const poll of polls?.children ?? []) poll.classList.toggle("voted", polls.dataset.votedIn.includes(poll.dataset.poll));
  const hands = document.querySelector("[data-hands]");
  hands?.classList.add("live-hands");
  hands?.classList.toggle("hand-is-up", Boolean(document.querySelector(".hand-list > .mine")));
}

document.addEventListener("quiet:done", ({ detail: { button } }) => {
  const poll = button?.closest("[data-poll]");
  if (poll) (polls.dataset.votedIn += ` ${poll.dataset.poll}`), own();
});
document.addEventListener("live:applied", own);
own();
tell();

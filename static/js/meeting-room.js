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
// Reactions come every half second. A count that grew moves once; a screen reader is told every 15 seconds at most.
const told = document.querySelector("[data-slot=reactions]");
const counts = () => [...document.querySelectorAll(".reaction-counts > li")];
let before = counts().map((one) => one.textContent);
let telling = 0;

function reacted({ detail: { item } }) {
  if (item.kind !== "reactions.changed" || !told) return;
  counts().forEach((one, number) => one.classList.toggle("grown", one.textContent !== before[number]));
  before = counts().map((one) => one.textContent);
  telling ||= setTimeout(() => {
    telling = 0;
    told.textContent = `Reactions: ${before.join(", ")}`;
  }, 15000);
}

document.addEventListener("live:applied", own);
document.addEventListener("live:applied", reacted);
own();
tell();

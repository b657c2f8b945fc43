// Where in the conversation the reader is: at the newest, or above it. The scroller is a reversed column, so the newest
// is in sight without a script and scrollTop is 0 there and negative above.
import { fragment, send } from "./ask.js";
import { own, regroup, settle } from "./rows.js";

const NEAR = 80; // px from the end that still count as being there

export function followNewest(room) {
  const scroller = room.querySelector(".scroller");
  const list = scroller.querySelector("ol.chat");
  let isAtEnd = true; // noted at each scroll: asking at each message would lay out the whole conversation each time
  let missed = 0;

  const jump = document.createElement("button");
  Object.assign(jump, { type: "button", className: "button small jump", hidden: true });
  room.querySelector(".composer")?.append(jump);
  const toEnd = () => {
    if (!list.id) return location.assign(location.pathname);
    scroller.scrollTo({ top: 0, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  jump.addEventListener("click", toEnd);
  const show = () => {
    if (isAtEnd && !document.hidden) missed = 0;
    jump.hidden = isAtEnd && list.id !== "";
    jump.classList.toggle("new", missed > 0);
    jump.textContent = missed ? `${missed} new message${missed === 1 ? "" : "s"}` : "To the newest";
  };
  const look = () => {
    isAtEnd = Math.abs(scroller.scrollTop) < NEAR;
    show();
  };
  scroller.addEventListener("scroll", look, { passive: true });
  document.addEventListener("visibilitychange", show);

  // The line above what came while nobody looked.
  const line = (row) => {
    if (list.querySelector(".new-line")) return;
    const made = document.createElement("li");
    made.className = "new-line";
    made.id = "new";
    made.append(document.createElement("span"));
    made.firstChild.textContent = "New";
    row.before(made);
  };
  const first = list.querySelector("#new");
  if (first && !location.hash && first.getBoundingClientRect().top < scroller.getBoundingClientRect().top) {
    const up = document.createElement("button");
    Object.assign(up, { type: "button", className: "button small jump unread", textContent: "To the first new message" });
    up.addEventListener("click", () => first.scrollIntoView({ block: "start" }));
    scroller.before(up);
    new IntersectionObserver(([seen]) => seen.isIntersecting && up.remove(), { root: scroller }).observe(first);
  }

  // "Earlier messages" adds the page before this one; what is in sight stays where it is.
  room.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-earlier]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok || answer.redirected) return location.assign(link.href);
    const page = fragment(await answer.text());
    const rows = [...page.querySelectorAll(".scroller ol.chat > .message")];
    list.prepend(...rows);
    rows.forEach(own);
    regroup(list);
    const next = page.querySelector("a[data-earlier]");
    if (next) link.search = new URL(next.href, location).search;
    else link.parentElement.remove();
    rows.at(-1)?.querySelector(".at").focus({ preventScroll: true });
  });

  // What is in sight at the end has been read.
  const { readUrl } = room.dataset;
  let head = Number(room.closest("live-space").dataset.seq);
  let read = Number(room.dataset.read);
  let timer = 0;
  const markRead = () => {
    if (timer || read >= head || !list.id || !isAtEnd || document.hidden || !document.hasFocus()) return;
    timer = setTimeout(async () => {
      const answer = await send(readUrl, new URLSearchParams({ seq: head }));
      if (answer.status === 200) read = head;
      timer = 0;
    }, 700);
  };
  scroller.addEventListener("scroll", markRead, { passive: true });
  addEventListener("focus", markRead);

  look();
  markRead();
  return {
    reached(seq) {
      head = Math.max(head, seq);
      markRead();
    },
    sent: () => list.id || location.assign(location.pathname),
    arrived(row, mine) {
      room.querySelector(".stretch > .empty")?.remove();
      if (mine) {
        list.querySelector(".new-line")?.remove();
        return toEnd();
      }
      if (!isAtEnd || document.hidden) {
        missed += 1;
        line(row);
        settle(row);
      }
      show();
    },
  };
}

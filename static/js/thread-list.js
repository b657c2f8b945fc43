// <thread-list>: which lines are unread, also after a live update, which knows no reader; j and k go through them.
import { walk } from "./room/keys.js";

const me = document.body.dataset.member;

function readings() {
  const told = document.getElementById(`readings-${me}`);
  return { spaces: JSON.parse(told?.dataset.spaces || "{}"), threads: JSON.parse(told?.dataset.threads || "{}") };
}

class ThreadList extends HTMLElement {
  connectedCallback() {
    document.addEventListener("live:applied", ({ detail: { item, element } }) => {
      if (item.kind === "threads.read") this.querySelectorAll(".thread-line").forEach((line) => this.light(line, true));
      else if (element && this.contains(element)) {
        this.querySelector(":scope > .empty")?.remove();
        this.light(element);
      }
    });
    walk(this, "a.title");
  }

  // What this page knew before a live update may be newer than what the reader's other device has told.
  light(line, told = false) {
    const { spaces, threads } = readings();
    const read = Math.max(spaces[line.dataset.space] || 0, threads[line.dataset.thread] || 0);
    if (!told || read) line.classList.toggle("unread", Number(line.dataset.lastSeq) > read);
  }
}

customElements.define("thread-list", ThreadList);

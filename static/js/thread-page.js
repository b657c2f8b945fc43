// <thread-page>: one thread. It works as a plain page; this sends and shows replies without leaving it, says how many came
// while the reader is further up, and keeps how far they have read.
import { fragment, part, send } from "./room/ask.js";
import { compose } from "./room/composer.js";
import { unlessTyping } from "./room/keys.js";
import { own, press, regroup, settle } from "./room/rows.js";
import { catchDrops } from "./room/uploads.js";
import { offerVerbs } from "./room/verbs.js";

class ThreadPage extends HTMLElement {
  connectedCallback() {
    const space = this.closest("live-space");
    this.list = this.querySelector("ol.chat");
    this.form = this.querySelector("form.composer");
    this.last = Number(this.dataset.last);
    this.read = Number(this.dataset.read);
    for (const row of this.list.querySelectorAll(":scope > .message")) own(row);
    offerVerbs(space);
    if (this.form) {
      catchDrops(this, compose(this.form).take);
      this.offerNote();
    }
    this.watchEnd();
    this.addEventListener("click", (event) => this.quote(event));
    space.addEventListener("live:applied", ({ detail }) => this.applied(detail));
    document.addEventListener("visibilitychange", () => this.markRead());
    addEventListener("focus", () => this.markRead());
    unlessTyping((event) => this.key(event));
    if (!location.hash) this.list.querySelector("#new")?.scrollIntoView({ block: "center" });
  }

  applied({ item, element, mine }) {
    if (item.kind === "thread.left" && item.target === `thread-${this.dataset.thread}`) return this.left();
    if (item.kind.startsWith("poll.") && item.target === `poll-${this.dataset.thread}`) return this.polled(item.kind);
    if (item.op === "remove" || item.kind === "post.came") regroup(this.list);
    if (!element?.isConnected || !this.contains(element)) return;
    if (!element.matches("li.message")) return press(element);
    settle(element);
    if (item.op !== "append") return;
    this.last = Math.max(this.last, Number(element.dataset.seq));
    if (mine) element.scrollIntoView({ block: "nearest" });
    else if (!this.endIsSeen || document.hidden) this.missed += 1;
    this.showBar();
    this.markRead();
  }

  // A vote renews the result where it is seen (never in an anonymous poll); a change of the poll renews all that this reader sees of it. What several
  // votes bring is asked for once, not by all pages at the same instant.
  polled(kind) {
    const place = this.querySelector("[data-poll]");
    if (kind === "poll.voted" && !place.querySelector("[data-results]")) return;
    this.wholePoll ||= kind === "poll.changed";
    this.pollTimer ??= setTimeout(() => this.fetchPoll(place).catch(() => {}), 300 + Math.random() * 700);
  }

  async fetchPoll(place) {
    const whole = this.wholePoll;
    this.pollTimer = null;
    this.wholePoll = false;
    const html = await part(place.dataset.poll);
    if (html === null) return;
    const [old, fresh] = [place.querySelector("[data-results]"), fragment(html)];
    if (whole) place.replaceChildren(fresh);
    else if (fresh.querySelector("[data-results]")) old?.replaceWith(fresh.querySelector("[data-results]"));
  }

  // A moderator moved the thread, or merged it: its address leads to where it is. What is being typed is not taken away.
  left() {
    if (!this.form?.elements.body.value.trim()) return location.reload();
    const notice = Object.assign(document.createElement("p"), { className: "notice", role: "status" });
    const link = Object.assign(document.createElement("a"), { href: location.pathname, textContent: "Open it there" });
    notice.append(Object.assign(document.createElement("span"), { textContent: "A moderator moved this thread. Your text is kept. " }));
    notice.firstChild.append(link);
    this.form.before(notice);
  }

  // The bar: replies below what is in sight.
  watchEnd() {
    this.missed = 0;
    this.bar = document.createElement("button");
    Object.assign(this.bar, { type: "button", className: "button small primary new-replies", hidden: true });
    this.bar.addEventListener("click", () => this.list.lastElementChild.scrollIntoView({ block: "center" }));
    const end = document.createElement("span");
    this.list.after(end, this.bar);
    new IntersectionObserver(([entry]) => {
      this.endIsSeen = entry.isIntersecting;
      if (this.endIsSeen && !document.hidden) this.missed = 0;
      this.showBar();
      this.markRead();
    }).observe(end);
  }

  showBar() {
    this.bar.hidden = !this.missed;
    this.bar.textContent = `${this.missed} new ${this.missed === 1 ? "reply" : "replies"}`;
  }

  // What was in sight at the end has been read.
  markRead() {
    if (this.timer || this.read >= this.last || !this.list.id || !this.endIsSeen || document.hidden || !document.hasFocus()) return;
    this.timer = setTimeout(async () => {
      const seq = this.last;
      const answer = await send(this.dataset.readUrl, new URLSearchParams({ seq }));
      if (answer.status === 204) this.read = seq;
      this.timer = 0;
    }, 700);
  }

  quote(event) {
    const link = event.target.closest("a[data-quote]");
    if (!link || !this.form || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const row = link.closest(".message");
    const words = row.querySelector(".body").innerText.trim().split("\n").map((line) => `> ${line}`.trimEnd());
    const box = this.form.elements.body;
    box.value = [box.value.trim(), `${words.join("\n")}\n\n`].filter(Boolean).join("\n\n");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  // A note is asked for where a text is said to be hard.
  offerNote() {
    const { intensity, content_note: note } = this.form.elements;
    const show = () => (note.closest("label").hidden = intensity.value === "0");
    intensity?.addEventListener("change", show);
    this.form.addEventListener("live:queued", () => {
      intensity.value = "0";
      note.value = "";
      show();
    });
  }

  key(event) {
    const rows = [...this.list.querySelectorAll(":scope > .message")];
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const step = { j: 1, k: -1 }[event.key];
    if (step) (rows[here + step] ?? rows[step > 0 ? 0 : rows.length - 1])?.querySelector(".at").focus();
    else if (event.key === "r" && this.form) {
      event.preventDefault();
      this.form.elements.body.focus();
    } else if (event.key === "m") this.querySelector("[data-mute]")?.click();
  }
}

customElements.define("thread-page", ThreadPage);

// <chat-room>: the conversation of a space. Everything in it works as plain pages; this makes it a place to stay in.
// <live-space> around it brings what is new and sends what is written.
import { fragment } from "./room/ask.js";
import { compose } from "./room/composer.js";
import { own, press, regroup, settle } from "./room/rows.js";
import { followNewest } from "./room/scroll.js";
import { catchDrops } from "./room/uploads.js";
import { closeThread, offerVerbs, openThread, upgrade } from "./room/verbs.js";

class ChatRoom extends HTMLElement {
  connectedCallback() {
    const space = (this.space = this.closest("live-space"));
    for (const row of this.querySelectorAll("ol.chat > .message")) own(row);
    offerVerbs(space);
    const scroll = followNewest(this);
    this.scroll = scroll;
    const form = this.querySelector("form.composer");
    if (form) this.write(form);
    const panel = space.querySelector(".panel[data-panel]");
    if (panel) upgrade(panel);
    this.lightUnreadThreads();

    space.addEventListener("live:applied", ({ detail: { item, element, mine } }) => {
      scroll.reached(item.seq);
      if (item.op === "remove") for (const list of space.querySelectorAll("ol.chat")) regroup(list);
      if (!element?.isConnected || item.op === "remove") return;
      if (element.matches("li.message")) settle(element);
      else press(element);
      if (item.op === "append" && this.contains(element)) scroll.arrived(element, mine);
      else if (item.op === "append") element.closest(".panel-body")?.scrollTo({ top: 1e9 });
    });
    document.addEventListener("live:applied", ({ detail: { item } }) => item.kind === "access.changed" && this.renewFoot());
    addEventListener("popstate", () => {
      const thread = new URLSearchParams(location.search).get("replies");
      if (thread) openThread(space, `/posts/${thread}/replies/`, { remember: false });
      else closeThread(space);
    });
  }

  write(form) {
    this.form = form;
    const { take } = compose(form);
    catchDrops(this.space, (files) => form.isConnected && take(files));
    form.addEventListener("live:sent", this.scroll.sent);
  }

  // Muted, or let write again, say. A form that goes is kept with what was typed, and comes back as it was.
  async renewFoot() {
    const answer = await fetch(this.dataset.footUrl).catch(() => null);
    if (!answer?.ok || answer.redirected) return; // <live-space> sees to a room, or a session, that is gone
    const old = this.querySelector(":scope > .composer");
    const fresh = fragment(await answer.text()).querySelector(".composer");
    const mayWrite = fresh.matches("form");
    for (const form of this.space.querySelectorAll(".panel form.composer")) form.hidden = !mayWrite;
    if (mayWrite && old.matches("form")) return;
    const foot = (mayWrite && this.form) || fresh;
    foot.querySelector("[data-live-status]")?.remove();
    foot.querySelector(".status-line").prepend(old.querySelector("[data-live-status]"));
    foot.append(...old.querySelectorAll(":scope > .jump"));
    old.replaceWith(foot);
    if (mayWrite && !this.form) this.write(foot);
  }

  // A thread with replies after what its reader has seen.
  lightUnreadThreads() {
    for (const link of this.querySelectorAll(".replies")) link.classList.toggle("unread", Number(link.dataset.lastSeq) > Number(this.dataset.read));
  }
}

customElements.define("chat-room", ChatRoom);

// <chat-room>: the conversation of a space. Everything in it works as plain pages; this makes it a place to stay in.
// <live-space> around it brings what is new and sends what is written.
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
    const form = this.querySelector("form.composer");
    if (form) catchDrops(space, compose(form).take);
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
    form?.addEventListener("live:sent", scroll.sent);
    addEventListener("popstate", () => {
      const thread = new URLSearchParams(location.search).get("replies");
      if (thread) openThread(space, `/posts/${thread}/replies/`, { remember: false });
      else closeThread(space);
    });
  }

  // A thread with replies after what its reader has seen.
  lightUnreadThreads() {
    for (const link of this.querySelectorAll(".replies")) link.classList.toggle("unread", Number(link.dataset.lastSeq) > Number(this.dataset.read));
  }
}

customElements.define("chat-room", ChatRoom);

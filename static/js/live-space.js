// <live-space data-space data-epoch data-seq data-me data-name>: keeps what it holds as a reload would show it, and sends
// what is written in it. The page's side of docs/realtime.md; the markup that it looks for is described there.
import { line } from "./live/line.js";
import { newId, Outbox, tokenOf } from "./live/outbox.js";

const WORDS = {
  connected: "Connected",
  "catching-up": "Catching up…",
  offline: "Offline: your message will be sent when the connection is back",
  closed: "Sign in again…",
};
const BLIP = 2000; // ms that a state must last to be announced
const TYPING = 6000; // ms that one word of somebody's typing holds
const OWING = 50; // items after which a page says at once that it has them
const GOT_AFTER = 5000; // ms after which it says so of fewer
const streams = new Map(); // one a space, for all its elements

class Stream {
  constructor({ space, epoch, seq, me }) {
    Object.assign(this, { space, epoch, seq: Number(seq), me, head: Number(seq), elements: new Set(), catchingUp: null, gotTimer: 0, acknowledged: Number(seq) });
  }

  welcome(head) {
    this.beat(head);
    this.tell("live:welcome");
  }

  beat(head) {
    this.head = Math.max(this.head, head);
    if (this.seq < this.head) setTimeout(() => this.seq < head && this.catchUp(), BLIP); // it may be on its way
    this.show();
  }

  take(frame) {
    if (frame.type === "reset") return this.reset();
    if (frame.type !== "activities") return this.tell(`live:${frame.type}`, { people: frame.people });
    if (frame.epoch !== this.epoch) return this.reset();
    this.head = Math.max(this.head, frame.head);
    if (frame.from > this.seq + 1) return this.catchUp();
    const behind = this.seq < this.head - 1;
    for (const item of frame.items) {
      if (item.seq !== this.seq + 1) continue;
      this.seq = item.seq;
      this.apply(item, behind);
    }
    this.acknowledge(frame.more);
    this.show();
  }

  // What lies between, over plain HTTP.
  catchUp() {
    this.catchingUp ||= this.fetchAll().finally(() => {
      this.catchingUp = null;
      this.show();
    });
    this.show();
  }

  async fetchAll() {
    for (let more = true; more; ) {
      const frame = await line.fetchAfter(this).catch(() => null); // the next beat tries again
      more = Boolean(frame?.more && frame.items.length);
      if (frame) this.take(frame);
    }
  }

  apply(item, catchup) {
    const mine = item.by === this.me;
    let element = null;
    if (item.op === "append" || item.op === "replace") element = put(item);
    else if (item.op === "remove") document.getElementById(item.target)?.remove();
    const from = element?.isConnected ? element : [...this.elements][0];
    from?.dispatchEvent(new CustomEvent("live:applied", { bubbles: true, detail: { item, element, mine, catchup } }));
  }

  // Hundreds of pages may be told of the same thing, again and again: what each says back is as much work as telling it.
  acknowledge(now) {
    if (now || this.seq - this.acknowledged >= OWING) this.got();
    else this.gotTimer ||= setTimeout(() => this.got(), GOT_AFTER);
  }

  got() {
    clearTimeout(this.gotTimer);
    this.gotTimer = 0;
    this.acknowledged = this.seq;
    line.say({ type: "got", space: this.space, seq: this.seq });
  }

  reset() {
    this.tell("live:reset");
    location.reload(); // drafts and the outbox are kept
  }

  gone() {
    this.tell("live:gone");
    location.reload(); // the server says what there is to see now
  }

  get state() {
    const state = line.state();
    return state === "connected" && (this.catchingUp || this.seq < this.head) ? "catching-up" : state;
  }

  show() {
    for (const element of this.elements) element.show(this.state);
  }

  tell(name, detail = {}) {
    for (const element of this.elements) element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

function put(item) {
  const fresh = parse(item.html);
  const old = document.getElementById(item.target);
  if (!fresh) return null;
  if (old) {
    const { parentElement: list } = old;
    const moves = fresh.dataset.order && fresh.dataset.order !== old.dataset.order;
    replace(old, fresh);
    if (moves && list?.matches("[data-live-list]")) place(list, fresh);
  } else if (item.op === "append") {
    const list = document.getElementById(item.into);
    if (!list) return null;
    place(list, fresh);
  } else return null;
  window.htmx?.process(fresh);
  return fresh;
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function replace(old, fresh) {
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(fresh);
  const name = focus?.getAttribute("aria-label") || focus?.textContent;
  if (focus) [...fresh.querySelectorAll(focus.tagName)].find((one) => (one.getAttribute("aria-label") || one.textContent) === name)?.focus();
}

// In the order of data-order where there is one, else of seq; what is pending stays last.
function place(list, fresh) {
  if (fresh.dataset.clientId) list.querySelector(`.pending[data-client-id="${CSS.escape(fresh.dataset.clientId)}"]`)?.remove();
  const { order, seq = Infinity } = fresh.dataset;
  const precedes = (one) => one !== fresh && (order ? one.dataset.order <= order : Number(one.dataset.seq || 0) <= Number(seq));
  const after = [...list.children].findLast((one) => !one.matches(".pending, [data-live-end]") && precedes(one));
  if (after) after.after(fresh);
  else list.prepend(fresh);
}

class LiveSpace extends HTMLElement {
  connectedCallback() {
    const { space, epoch, seq, me } = this.dataset;
    this.stream = streams.get(space);
    if (!this.stream) {
      this.stream = new Stream({ space, epoch, seq, me });
      streams.set(space, this.stream);
    } else if (Number(seq) < this.stream.seq) {
      this.stream.seq = Number(seq); // part of the page is older than the rest: apply again from there
      this.stream.catchUp();
    }
    this.stream.elements.add(this);
    this.typing = [];
    this.wroteAt = new Map();
    this.life = new AbortController();
    this.listen(this.life.signal);
    this.outbox = new Outbox(me, space, (entry, outcome) => this.outboxChanged(entry, outcome));
    this.drawPending();
    this.watchEnd();
    this.show(this.stream.state);
    line.join(this.stream);
    if (this.outbox.waiting().length) this.outbox.send();
  }

  disconnectedCallback() {
    this.life.abort();
    this.outbox.stop();
    this.seen?.disconnect();
    this.stream.elements.delete(this);
    if (this.stream.elements.size) return;
    streams.delete(this.stream.space);
    line.leave(this.stream);
  }

  listen(signal) {
    const on = (target, name, then) => target.addEventListener(name, then, { signal });
    on(document, "live:line", ({ detail }) => {
      this.show(this.stream.state);
      if (detail.state === "connected") this.outbox.send();
    });
    on(document, "visibilitychange", () => this.sayHere());
    on(window, "focus", () => this.markRead());
    on(window, "online", () => this.outbox.send());
    on(this, "live:welcome", () => this.sayHere());
    on(this, "live:here", ({ detail }) => this.showPeople(detail.people));
    on(this, "live:typing", ({ detail }) => this.showTyping(detail.people));
    on(this, "live:applied", ({ detail }) => {
      if (detail.item.op === "append" && !detail.catchup) this.wrote(detail.item.by);
      this.markRead();
    });
    on(this, "submit", (event) => this.submit(event));
    on(this, "input", (event) => event.target.matches("[data-live-form] textarea") && this.sayTyping());
    on(this, "click", (event) => this.click(event));
  }

  part(name) {
    return [...this.querySelectorAll(`[data-live-${name}]`)].find((one) => one.closest("live-space") === this);
  }

  // The status line

  show(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("live:state", { bubbles: true, detail: { state } }));
    clearTimeout(this.blip);
    if (state === "closed") return this.sayGoodbye();
    this.blip = setTimeout(() => this.announce(WORDS[state]), BLIP);
  }

  announce(words) {
    const status = this.part("status");
    if (status && status.textContent !== words) status.textContent = words;
    if (status) status.dataset.state = this.state;
  }

  sayGoodbye() {
    this.announce(WORDS.closed);
    setTimeout(() => location.reload(), 1500); // to the sign-in page, and back here
  }

  // Who is here

  sayHere() {
    if (this.part("presence") || this.part("typing")) line.say({ type: "here", space: this.stream.space, here: document.visibilityState === "visible" });
  }

  sayTyping() {
    if (Date.now() - (this.typedAt || 0) < 3000) return;
    this.typedAt = Date.now();
    line.say({ type: "typing", space: this.stream.space });
  }

  showPeople(people) {
    const place = this.part("presence");
    if (place) place.textContent = people.length ? `${people.length} here now` : "";
  }

  // Whoever has just posted types no more, also where the word of before would still hold.
  wrote(member) {
    this.wroteAt.set(member, Date.now());
    this.showTyping(this.typing);
  }

  showTyping(people) {
    this.typing = people;
    const place = this.part("typing");
    const types = ({ id }) => id !== this.dataset.me && Date.now() - (this.wroteAt.get(id) ?? 0) > TYPING;
    const names = people.filter(types).map((one) => one.name);
    const who = names.length > 2 ? `${names.length} people` : names.join(" and ");
    if (place) place.textContent = who && `${who} ${names.length > 1 ? "are" : "is"} typing…`;
  }

  // Reading

  watchEnd() {
    const list = this.part("list");
    if (!list || this.querySelector("[data-read-url]")) return; // a room that keeps the place itself
    const end = document.createElement("span");
    end.dataset.liveEnd = "";
    list.after(end);
    this.seen = new IntersectionObserver(([entry]) => {
      this.endIsSeen = entry.isIntersecting;
      this.markRead();
    });
    this.seen.observe(end);
  }

  markRead() {
    if (!this.endIsSeen || !document.hasFocus() || this.readTimer || this.readSeq === this.stream.seq) return;
    this.readTimer = setTimeout(async () => {
      const seq = this.stream.seq;
      const body = new URLSearchParams({ seq });
      const headers = { "X-CSRFToken": tokenOf(), Accept: "application/json" };
      const answer = await fetch(`/spaces/${this.stream.space}/read/`, { method: "POST", body, headers, redirect: "manual" }).catch(() => null);
      if (answer?.ok) this.readSeq = seq;
      this.readTimer = 0;
      if (answer?.ok) this.markRead();
    }, 1000);
  }

  // Writing

  submit(event) {
    const form = event.target;
    if (!form.matches("[data-live-form]") || event.defaultPrevented) return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([, value]) => typeof value === "string");
    const written = Object.fromEntries(fields);
    const id = written.client_id || newId();
    if (!written.client_id) fields.push(["client_id", id]);
    const entry = { id, action: form.action, fields, text: written.body || "", list: listFor(form)?.id || "" };
    this.empty(form);
    form.dispatchEvent(new CustomEvent("live:queued", { bubbles: true, detail: { client_id: id } }));
    this.outbox.add(entry);
  }

  empty(form) {
    for (const field of form.querySelectorAll("textarea")) field.value = "";
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    if (form.elements.client_id) form.elements.client_id.value = newId();
    form.querySelector("textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  outboxChanged(entry, outcome) {
    if (outcome === "closed") this.show("closed");
    if (outcome === "sent" && entry.answer.html) this.applyAnswer(entry);
    if (outcome === "sent" && entry.answer.waits) location.assign(entry.answer.waits); // a moderator looks at it first
    this.drawPending();
    const form = entry && this.formOf(entry);
    if (!outcome || !form) return;
    const detail = { client_id: entry.id, status: entry.status, answer: entry.answer, restored: false };
    if (outcome === "refused" && !form.querySelector("textarea")?.value.trim()) detail.restored = this.takeBack(entry.id);
    if (outcome === "sent" || outcome === "refused") form.dispatchEvent(new CustomEvent(`live:${outcome}`, { bubbles: true, detail }));
  }

  applyAnswer({ answer, list }) {
    const fresh = parse(answer.html);
    if (!fresh || document.getElementById(fresh.id)) return; // the socket was faster
    const item = { seq: answer.seq, kind: "", target: fresh.id, op: "append", into: list, html: answer.html, by: this.dataset.me };
    this.stream.apply(item, false);
  }

  formOf(entry) {
    return [...this.querySelectorAll("[data-live-form]")].find((form) => form.action === entry.action && (!entry.list || listFor(form)?.id === entry.list));
  }

  takeBack(id) {
    const entry = this.outbox.entries.find((one) => one.id === id);
    const form = entry && this.formOf(entry);
    if (!form) return false;
    this.outbox.take(id);
    const text = form.querySelector("textarea");
    text.value = [entry.text, text.value].filter(Boolean).join("\n\n");
    if (form.elements.client_id) form.elements.client_id.value = id;
    form.dispatchEvent(new CustomEvent("live:restored", { bubbles: true, detail: { client_id: id, fields: entry.fields } }));
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
    return true;
  }

  drawPending() {
    for (const old of this.querySelectorAll(".pending")) old.remove();
    for (const entry of this.outbox?.entries || []) {
      const list = (entry.list && document.getElementById(entry.list)) || this.part("list");
      const isThere = document.querySelector(`[data-client-id="${CSS.escape(entry.id)}"]`);
      if (list && !isThere) list.append(this.pending(entry, list.matches("ol, ul") ? "li" : "article"));
    }
  }

  pending(entry, tag) {
    const row = document.createElement(tag);
    row.className = `message pending${entry.why ? " failed" : ""}`;
    row.dataset.clientId = entry.id;
    row.dataset.author = this.dataset.me;
    const [by, body, tools] = ["p", "div", "p"].map((name) => row.appendChild(document.createElement(name)));
    by.className = "by";
    by.append(text("span", "name", this.dataset.name || ""), text("span", "meta", entry.why || "Not sent yet"));
    body.className = "body";
    body.dir = "auto";
    body.append(...entry.text.split("\n").flatMap((words) => [words, document.createElement("br")]).slice(0, -1));
    tools.className = "cluster";
    tools.append(button("Try again", "retry"), button("Take back", "take"));
    return row;
  }

  click(event) {
    const act = event.target.closest(".pending [data-outbox]");
    if (!act) return;
    const id = act.closest(".pending").dataset.clientId;
    if (act.dataset.outbox === "take") this.takeBack(id);
    else {
      this.outbox.note(id, { why: undefined });
      this.outbox.send();
    }
  }
}

// The list that a form writes into: the nearest one around it.
function listFor(form) {
  for (let around = form.parentElement; around; around = around.parentElement) {
    const list = around.querySelector("[data-live-list]");
    if (list) return list;
  }
  return null;
}

function text(tag, name, words) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = words;
  return element;
}

function button(words, does) {
  const element = text("button", "button small quiet", words);
  element.type = "button";
  element.dataset.outbox = does;
  return element;
}

document.addEventListener("live:outdated", () => {
  const last = Number(sessionStorage.getItem("live:reloaded") || 0);
  sessionStorage.setItem("live:reloaded", Date.now());
  if (Date.now() - last > 60000) location.reload();
});

customElements.define("live-space", LiveSpace);

// What one can do with a message, without leaving the room. Every link and button here also works as a page.
import { ask, toast } from "../dialogs.js";
import { fragment, part, send, sentence } from "./ask.js";
import { compose, entersSend } from "./composer.js";
import { settle } from "./rows.js";

let popover;
let dialog;

export function offerVerbs(room) {
  room.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a, button");
    const act = link && Object.keys(CLICKS).find((name) => name in link.dataset);
    if (!act) return;
    event.preventDefault();
    Promise.resolve(CLICKS[act](link, room)).catch((trouble) => toast(trouble.message));
  });
  room.addEventListener("submit", async (event) => {
    const form = event.target;
    const url = new URL(event.submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location);
    if (form.matches("[data-live-form], [data-plain]") || !url.pathname.startsWith("/posts/")) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const pressed = event.submitter?.getAttribute("aria-pressed");
    if (pressed) body.set("on", pressed === "true" ? "0" : "1");
    took(form, await send(url, body));
  });
  room.addEventListener("room:edit-last", (event) => {
    const list = event.target.closest(".panel, .room-main, thread-page").querySelector("ol.chat");
    const last = [...list.querySelectorAll(".message.mine:not(.tombstone)")].at(-1);
    if (last) edit(last.querySelector("a[data-edit]")).catch((trouble) => toast(trouble.message));
  });
}

const CLICKS = {
  signs: (link) => {
    const menu = fragment(document.getElementById("signs-menu").innerHTML);
    for (const button of menu.querySelectorAll("button")) {
      const set = link.closest(".message").querySelector(`.reactions button[value="${button.value}"]`);
      button.setAttribute("formaction", link.href);
      button.setAttribute("aria-pressed", set?.getAttribute("aria-pressed") ?? "false");
    }
    pop(link, menu, "signs");
  },
  tools: async (link) => pop(link, fragment(await part(link.href)), "verbs-menu"),
  edit: (link) => edit(link),
  part: async (link, room) => show(room, fragment(await part(link.href))),
  replies: (link, room) => openThread(room, link.href),
  copy: async (button) => {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, location).href);
    close();
    toast("The link is copied. Only members of this group can open it.");
  },
  close: (link, room) => (link.closest("dialog") ? dialog.close() : closeThread(room)),
};

// What the server answered: the message as it is now, a sentence, or what the identifier check found.
function took(form, answer) {
  if (answer.html && answer.status === 422) {
    form.querySelector("[data-held]").replaceChildren(fragment(answer.html));
    form.elements.body.value = answer.body;
    return form.querySelector(".held").focus();
  }
  if (![200, 201].includes(answer.status)) return toast(sentence(answer));
  const row = document.getElementById(answer.target);
  if (row) {
    row.replaceWith(fragment(answer.html));
    settle(document.getElementById(answer.target));
  }
  if (form.matches(".editing form")) leave(form.closest(".editing"));
  close();
}

async function edit(link) {
  close();
  const row = document.getElementById(`post-${link.href.match(/posts\/([^/]+)/)[1]}`);
  const form = fragment(await part(link.href)).querySelector("form");
  const editing = document.createElement("li");
  editing.className = "message editing";
  editing.append(form);
  row.after(editing);
  row.hidden = true;
  const { body } = form.elements;
  body.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") leave(editing);
    else if (event.key === "Enter" && !event.shiftKey && entersSend()) form.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  form.querySelector("[data-cancel]").addEventListener("click", async (event) => {
    event.preventDefault();
    if (body.value === body.defaultValue || (await ask({ title: "Leave without saving?", yes: "Leave" }))) leave(editing);
  });
  body.focus();
  body.setSelectionRange(body.value.length, body.value.length);
  editing.scrollIntoView({ block: "nearest" });
}

function leave(editing) {
  const row = editing.previousElementSibling;
  const composer = editing.closest(".panel, .room-main, thread-page").querySelector(".composer textarea");
  editing.remove();
  if (row) row.hidden = false;
  composer?.focus();
}

function pop(anchor, content, name) {
  popover ??= anchor.closest("live-space").appendChild(Object.assign(document.createElement("div"), { popover: "auto" }));
  popover.className = `pop ${name}`;
  popover.replaceChildren(content);
  popover.showPopover();
  const at = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const below = at.bottom + height + 8 < innerHeight;
  popover.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  popover.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
  popover.querySelector("a, button")?.focus();
}

function show(room, content) {
  dialog ??= room.appendChild(document.createElement("dialog"));
  dialog.setAttribute("aria-label", "Message");
  dialog.className = "part";
  dialog.replaceChildren(content);
  close();
  dialog.showModal();
}

function close() {
  popover?.matches(":popover-open") && popover.hidePopover();
  if (!dialog?.querySelector("form:focus-within:not([data-remover])")) dialog?.close();
}

export async function openThread(room, url, { remember = true } = {}) {
  close();
  const html = await part(url);
  if (!html) return;
  const panel = fragment(html).querySelector(".panel");
  room.querySelector(".panel")?.remove();
  room.querySelector(".room-main").after(panel);
  upgrade(panel);
  if (remember) history.pushState({ thread: panel.dataset.panel }, "", `?replies=${panel.dataset.panel}`);
  (panel.querySelector("textarea") ?? panel.querySelector("[data-close]")).focus();
}

export function closeThread(room) {
  const panel = room.querySelector(".panel");
  if (!panel) return;
  const root = document.getElementById(`post-${panel.dataset.panel}`);
  panel.remove();
  history.replaceState(null, "", location.pathname);
  (root?.querySelector("[data-replies]:not([hidden])") ?? room.querySelector(".composer textarea"))?.focus();
}

// A thread that has come into the page: its rows know their reader, its box is one to write in.
export function upgrade(panel) {
  for (const row of panel.querySelectorAll(".message")) settle(row);
  panel.body = panel.querySelector(".panel-body");
  panel.body.scrollTop = panel.body.scrollHeight;
  const form = panel.querySelector("form.composer");
  if (form) compose(form);
  panel.addEventListener("keydown", (event) => event.key === "Escape" && closeThread(panel.parentElement));
}

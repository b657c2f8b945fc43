// The box one writes in. <live-space> sends what it holds (data-live-form) and says how that went; this makes the box a
// good place to write: Enter, the count, drafts, mentions, files, and the text back when it was not taken.
import { fragment, sentence } from "./ask.js";
import { keepDraft } from "./drafts.js";
import { offerMentions } from "./mentions.js";
import { takeFiles } from "./uploads.js";

const ENTER = "enter-writes-a-line";
const SHOWN_FROM = 0.8; // of the longest text, the count is shown
const characters = (text) => [...text].length;

export function entersSend() {
  return !localStorage.getItem(ENTER) && !matchMedia("(pointer: coarse)").matches;
}

export function compose(form) {
  const textarea = form.elements.body;
  const count = form.querySelector("[data-count]");
  const held = form.querySelector("[data-held]");
  const longest = Number(form.dataset.longest);
  const given = new Map(); // client_id → the files of a message that was handed over and is not answered
  let waiting = false;

  offerMentions(textarea, form.dataset.mentionable);
  const forget = keepDraft(form, textarea);
  const files = takeFiles(form, () => {
    if (waiting && !files.busy()) (waiting = false), form.requestSubmit();
  });

  const say = (words) => {
    const notice = document.createElement("p");
    notice.className = "notice warn";
    notice.setAttribute("role", "alert");
    const text = document.createElement("span");
    text.textContent = words;
    notice.append(text);
    held.replaceChildren(notice);
  };
  const measure = () => {
    const length = characters(textarea.value);
    form.classList.toggle("over", length > longest);
    count.hidden = length < longest * SHOWN_FROM;
    count.textContent = `${length.toLocaleString("en-US")} of ${longest.toLocaleString("en-US")}`;
  };
  const whyNot = () => {
    if (files.busy()) return (waiting = true), "Your message goes as soon as the files are up.";
    if (!textarea.value.trim() && !files.count()) return "There is nothing to send yet. Write something, or attach a file.";
    if (characters(textarea.value) > longest) return `The most is ${longest.toLocaleString("en-US")} characters. Shorten it, or send it in parts.`;
    return "";
  };

  textarea.addEventListener("input", measure);
  textarea.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.altKey && (event.ctrlKey || event.metaKey || (!event.shiftKey && entersSend()))) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "ArrowUp" && !textarea.value)
      form.dispatchEvent(new CustomEvent("room:edit-last", { bubbles: true }));
    else if (event.key === "Escape" && held.children.length) held.replaceChildren();
  });
  form.addEventListener("submit", (event) => {
    const why = whyNot();
    if (!why) return;
    event.preventDefault();
    event.stopPropagation();
    say(why);
    textarea.focus();
  });
  // <live-space> has taken it over and emptied the box, for the next thought.
  form.addEventListener("live:queued", ({ detail }) => {
    given.set(detail.client_id, files.hand());
    held.replaceChildren();
    forget();
    textarea.focus();
  });
  form.addEventListener("live:sent", ({ detail }) => given.delete(detail.client_id));
  form.addEventListener("live:restored", ({ detail }) => {
    files.put(given.get(detail.client_id), detail.fields.filter(([name]) => name === "files").map(([, id]) => id));
    given.delete(detail.client_id);
  });
  form.addEventListener("live:refused", ({ detail: { answer, status, restored } }) => {
    if (!restored) return; // it waits in the list, with its reason, until it is taken back
    if (answer.body) textarea.value = answer.body;
    if (answer.html) held.replaceChildren(fragment(answer.html));
    else say(sentence({ ...answer, status }));
    measure();
    (held.querySelector(".held") ?? textarea).focus();
  });
  const choice = form.querySelector("[data-enter]");
  choice?.setAttribute("aria-pressed", !localStorage.getItem(ENTER));
  choice?.addEventListener("click", () => {
    if (localStorage.getItem(ENTER)) localStorage.removeItem(ENTER);
    else localStorage.setItem(ENTER, "1");
    choice.setAttribute("aria-pressed", !localStorage.getItem(ENTER));
  });
  measure();
  return { take: files.take, focus: () => textarea.focus() };
}

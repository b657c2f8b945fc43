// form[data-quiet]: is sent without leaving the page, which hears of what came of it like everyone's. `quiet:done` {answer, button}
// says that it was taken. data-clears: what was typed is gone then, and the next has a client_id of its own.
import { toast } from "./dialogs.js";
import { forget } from "./keep.js";
import { newId } from "./live/outbox.js";
import { fragment, send, sentence } from "./room/ask.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-quiet]") || event.defaultPrevented) return;
  event.preventDefault();
  const button = event.submitter;
  if (button?.getAttribute("aria-disabled") === "true") return;
  button?.setAttribute("aria-disabled", "true");
  const answer = await send(button?.getAttribute("formaction") ?? form.action, new FormData(form, button));
  button?.removeAttribute("aria-disabled");
  const refused = button?.closest("[data-poll]")?.querySelector("[data-refused]");
  if (refused) say(refused, answer.refusal);
  const held = form.querySelector("[data-held]");
  held?.replaceChildren(...(answer.html ? [fragment(answer.html)] : []));
  if (answer.html) return held.firstElementChild.focus();
  if (refused && answer.refusal) return;
  if (answer.status < 200 || answer.status >= 300) return toast(sentence(answer));
  if (answer.said) toast(answer.said);
  if ("clears" in form.dataset) clear(form);
  form.dispatchEvent(new CustomEvent("quiet:done", { bubbles: true, detail: { answer, button } }));
});

// Why not, beside what was typed or chosen, which stays; nothing where it was taken.
function say(place, why = "") {
  place.textContent = why;
  place.hidden = !why;
  const typed = place.parentElement.querySelector("input[type=text]");
  typed?.setAttribute("aria-invalid", Boolean(why));
  if (why) typed?.focus();
}

// What was chosen stays, "without my name" above all.
function clear(form) {
  for (const field of form.querySelectorAll("textarea, input[type=text]")) field.value = "";
  if (form.elements.client_id) form.elements.client_id.value = newId();
  forget(form);
}

// data-opens="id" opens a dialog, data-closes its own. data-confirm="Remove this file?" asks before a form is sent or
// a link followed; data-confirm-why and data-confirm-yes give the reason and the button's word. hx-confirm asks alike.
const asked = new WeakSet();

export function ask({ title, why = "", yes = "Yes" }) {
  const dialog = document.getElementById("confirm");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("[data-slot=why]").textContent = why;
  dialog.querySelector("button[value=yes]").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) =>
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }),
  );
}

export function toast(text) {
  const line = document.createElement("p");
  line.textContent = text;
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), 6000);
}

// A page that opens at a part of itself says what was done there, too: its own line stands far above.
if (location.hash) for (const line of document.querySelectorAll("#flashes .notice")) toast(line.textContent.trim());

function question(element) {
  const { confirm, confirmWhy, confirmYes } = element.dataset;
  return { title: confirm, why: confirmWhy, yes: confirmYes || element.textContent.trim() };
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
  const link = event.target.closest("a[data-confirm]");
  if (!link) return;
  event.preventDefault();
  ask(question(link)).then((yes) => yes && location.assign(link.href));
});

document.addEventListener(
  "submit",
  (event) => {
    const source = event.submitter?.dataset.confirm ? event.submitter : event.target;
    if (!source.dataset.confirm || asked.delete(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    const words = question(source);
    if (source === event.target) words.yes = source.dataset.confirmYes || event.submitter?.textContent.trim();
    ask(words).then((yes) => {
      if (!yes) return;
      asked.add(event.target);
      event.target.requestSubmit(event.submitter);
    });
  },
  true,
);

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const { confirmWhy, confirmYes } = event.target.dataset;
  ask({ title: event.detail.question, why: confirmWhy, yes: confirmYes }).then((yes) => yes && event.detail.issueRequest(true));
});

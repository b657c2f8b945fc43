// <form data-keep="name">: what is typed stays in this tab (never on disk, never passwords or files) until the server has
// taken it: it survives a reload, an error page, a session that ended. Signing out forgets it.
const PREFIX = `keep:${document.body.dataset.member || ""}:`;
const SENT = "keep-sent";
const keyOf = (form) => PREFIX + form.dataset.keep;
const kept = (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button"].includes(field.type) && !field.dataset.keepNot;

function save(form) {
  const fields = [...form.elements].filter(kept).map((field) => [field.name, field.type, field.value, field.checked]);
  const typed = [...form.elements].some((field) => kept(field) && field.type !== "hidden" && (field.value !== field.defaultValue || field.checked !== field.defaultChecked));
  if (typed) sessionStorage.setItem(keyOf(form), JSON.stringify(fields));
  else sessionStorage.removeItem(keyOf(form));
}

function restore(form) {
  const fields = JSON.parse(sessionStorage.getItem(keyOf(form)) || "null");
  if (!fields || form.querySelector(".error-summary")) return; // the server has answered with what was sent
  for (const [name, type, value, checked] of fields) {
    const field = [...form.elements].find((one) => one.name === name && (!["checkbox", "radio"].includes(type) || one.value === value));
    if (!field) continue;
    if (["checkbox", "radio"].includes(type)) field.checked = checked;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function forget(form) {
  sessionStorage.removeItem(keyOf(form));
}

// A form that was sent was taken, unless what comes next is an error, the sign-in page, the form with its errors, or the
// form again because somebody went back.
function settle() {
  const key = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  if (!key || document.body.matches(".failed, .entrance")) return;
  const again = [...document.querySelectorAll("form[data-keep]")].find((form) => keyOf(form) === key);
  const wentBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (!again || !(wentBack || again.querySelector(".error-summary"))) sessionStorage.removeItem(key);
}

settle();
document.querySelectorAll("form[data-keep]").forEach(restore);
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("form[data-keep]").forEach(restore));
for (const kind of ["input", "change"])
  document.addEventListener(kind, (event) => {
    const form = event.target.form;
    if (form?.dataset.keep) save(form);
  });
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.keep && !event.defaultPrevented && !form.matches("[hx-post], [data-hx-post], [data-quiet]")) {
    save(form);
    sessionStorage.setItem(SENT, keyOf(form));
  }
  if ("endsSession" in form.dataset)
    for (const [store, start] of [[sessionStorage, "keep"], [localStorage, "outbox:"]])
      for (const key of Object.keys(store)) if (key.startsWith(start)) store.removeItem(key);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  if (form.dataset?.keep && event.detail.successful) forget(form);
});

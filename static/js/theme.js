// <form data-themes>: change the colours at once, and keep the choice in the same cookie that the server sets.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-themes]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("form[data-themes] button"))
    button.setAttribute("aria-pressed", String(button.value === theme));
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
});

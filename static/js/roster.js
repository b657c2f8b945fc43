// Who of the roster is here: a mark, and words for those who do not see it.
document.addEventListener("live:here", ({ detail }) => {
  const here = new Set(detail.people.map((one) => one.id));
  for (const mark of document.querySelectorAll("[data-present]")) {
    const isHere = here.has(mark.dataset.present);
    mark.toggleAttribute("data-here", isHere);
    mark.parentElement.querySelector("[data-says-here]").textContent = isHere ? ", here now" : "";
  }
});

// <details data-choices>: a long list of boxes. Typing narrows it, Enter ticks the only one left, the summary says what
// is chosen.
for (const list of document.querySelectorAll("details[data-choices]")) {
  const find = list.querySelector("input[type=search]");
  const choices = [...list.querySelectorAll(".choice")];
  const isShown = (choice) => !choice.hidden;
  const words = (choice) => choice.textContent.trim();

  find.addEventListener("input", () => {
    const asked = find.value.trim().toLocaleLowerCase();
    for (const choice of choices) choice.hidden = !words(choice).toLocaleLowerCase().includes(asked);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (choices.filter(isShown).length === 1) choices.find(isShown).querySelector("input").click();
  });
  list.addEventListener("change", () => {
    const chosen = choices.filter((choice) => choice.querySelector("input").checked).map(words);
    list.querySelector("[data-chosen]").textContent = chosen.join(", ") || "None chosen";
  });
}

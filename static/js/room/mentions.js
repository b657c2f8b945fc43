// @ in a text opens the list of those who belong to the space. Arrow keys choose, Enter or Tab takes, Escape closes.
const lists = new Map();
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const ASKED = /(?:^|[\s(])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*){0,3})$/u;
let number = 0;

function people(url) {
  if (!lists.has(url))
    lists.set(
      url,
      fetch(url, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { people: [] }))
        .then((answer) => answer.people)
        .catch(() => (lists.delete(url), [])),
    );
  return lists.get(url);
}

export function offerMentions(textarea, url) {
  const list = document.createElement("ul");
  Object.assign(list, { className: "mentions", hidden: true, id: `mentions-${++number}` });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People to mention");
  textarea.closest("form").append(list);
  for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": list.id, "aria-haspopup": "listbox" }))
    textarea.setAttribute(name, value);

  const close = () => {
    list.hidden = true;
    textarea.removeAttribute("aria-activedescendant");
  };
  const select = (item) => {
    for (const one of list.children) one.setAttribute("aria-selected", one === item);
    textarea.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const asked = () => textarea.value.slice(0, textarea.selectionStart).match(ASKED);
  const take = (item) => {
    const typed = asked();
    if (typed) textarea.setRangeText(`${item.dataset.name} `, textarea.selectionStart - typed[1].length, textarea.selectionStart, "end");
    close();
    textarea.focus();
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const offer = async () => {
    const typed = asked();
    if (!typed) return close();
    const all = await people(url);
    if (asked()?.[1] !== typed[1]) return;
    const sought = plain(typed[1]);
    const found = all.filter(({ name }) => plain(name).startsWith(sought) || plain(name).split(/\s+/).some((word) => word.startsWith(sought))).slice(0, 8);
    if (!found.length || found.some(({ name }) => plain(`${name} `) === sought)) return close();
    list.replaceChildren(
      ...found.map(({ name, does, avatar }, place) => {
        const item = document.createElement("li");
        const who = document.createElement("span");
        const what = document.createElement("span");
        item.id = `${list.id}-${place}`;
        item.dataset.name = name;
        item.setAttribute("role", "option");
        item.innerHTML = avatar;
        who.textContent = name;
        what.textContent = does;
        what.className = "meta";
        item.append(who, what);
        return item;
      }),
    );
    list.hidden = false;
    select(list.firstElementChild);
  };

  textarea.addEventListener("input", offer);
  textarea.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) take(item);
  });
  textarea.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const chosen = list.querySelector("[aria-selected=true]");
    const next = { ArrowDown: chosen.nextElementSibling ?? list.firstElementChild, ArrowUp: chosen.previousElementSibling ?? list.lastElementChild }[event.key];
    if (next) select(next);
    else if (event.key === "Enter" || event.key === "Tab") take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
}

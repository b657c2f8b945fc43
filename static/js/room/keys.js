// Single keys that an element handles itself: not while somebody types, and not where they are switched off.
export function unlessTyping(handle) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || localStorage.getItem("shortcuts-off")) return;
    if (event.target.closest("input, textarea, select, [contenteditable=true]") || document.querySelector("dialog[open]")) return;
    handle(event);
  });
}

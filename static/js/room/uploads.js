// Files of a message: chosen, dropped or pasted, several at once, each with its progress, its cancel and its retry.
// What is up stands in the form as a hidden `files`; the message carries it when it is sent.
import { newId, tokenOf } from "../live/outbox.js";
import { fragment, sentence } from "./ask.js";

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

function button(words, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button quiet small", textContent: words });
  made.addEventListener("click", act);
  return made;
}

export function takeFiles(form, changed) {
  const input = form.querySelector("input[type=file][data-upload]");
  const list = form.querySelector("[data-files]");
  if (!input) return { busy: () => false, count: () => 0, take() {}, hand: () => [], put() {} };

  const settle = () => {
    list.hidden = !list.children.length;
    changed();
  };

  function start(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const says = document.createElement("span");
    const bar = document.createElement("progress");
    const held = document.createElement("div");
    const key = newId();
    item.className = "file";
    name.className = "name";
    name.dir = "auto";
    name.textContent = file.name;
    says.className = "meta";
    says.setAttribute("role", "status");
    bar.setAttribute("aria-label", `Uploading ${file.name}`);
    item.append(name, says, bar, held);
    list.append(item);

    const fail = (words, html = "") => {
      item.dataset.state = "failed";
      bar.hidden = true;
      says.textContent = words;
      held.replaceChildren(fragment(html));
      item.querySelectorAll(":scope > button").forEach((one) => one.remove());
      item.append(button("Try again", send), button("Take away", away));
      settle();
    };
    const away = () => {
      item.upload?.abort();
      item.remove();
      settle();
    };
    function send() {
      const body = new FormData();
      body.set("file", file);
      body.set("client_id", key);
      for (const answer of held.querySelectorAll("input:checked")) body.set(answer.name, answer.value);
      const upload = new XMLHttpRequest();
      item.upload = upload;
      item.dataset.state = "sending";
      held.replaceChildren();
      bar.hidden = false;
      bar.removeAttribute("value");
      says.textContent = size(file.size);
      item.querySelectorAll(":scope > button").forEach((one) => one.remove());
      item.append(button("Cancel", away));
      upload.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = event.loaded / event.total));
      upload.addEventListener("load", () => done(upload));
      upload.addEventListener("error", () => fail("The upload was interrupted."));
      upload.responseType = "json";
      upload.open("POST", input.dataset.upload);
      upload.setRequestHeader("Accept", "application/json");
      upload.setRequestHeader("X-CSRFToken", tokenOf());
      upload.send(body);
      settle();
    }
    function done(upload) {
      const answer = { ...upload.response, status: upload.status };
      if (![200, 201].includes(upload.status))
        return fail(answer.html ? "Not shared yet: look at what was found." : sentence(answer), answer.html);
      item.upload = null;
      item.dataset.state = "up";
      name.textContent = answer.name;
      bar.hidden = true;
      says.textContent = size(answer.size);
      const carried = document.createElement("input");
      Object.assign(carried, { type: "hidden", name: "files", value: answer.id });
      item.querySelectorAll(":scope > button").forEach((one) => one.remove());
      item.append(carried, button("Take away", away));
      settle();
    }
    send();
  }

  // A file of a message that was taken back after a reload: its name is known to the server only.
  function unnamed(id) {
    const item = document.createElement("li");
    item.className = "file";
    item.dataset.state = "up";
    item.append(Object.assign(document.createElement("span"), { className: "name", textContent: "A file" }));
    item.append(Object.assign(document.createElement("input"), { type: "hidden", name: "files", value: id }));
    item.append(button("Take away", () => (item.remove(), settle())));
    return item;
  }

  const take = (files) => [...files].forEach(start);
  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  return {
    take,
    busy: () => list.querySelector("[data-state=sending]") !== null,
    count: () => list.querySelectorAll("input[name=files]").length,
    // Hand over what is up, and put it back: by what was handed over, or by the ids alone.
    hand: () => {
      const items = [...list.children];
      list.replaceChildren();
      settle();
      return items;
    },
    put: (items, ids) => {
      list.append(...(items ?? ids.map(unnamed)));
      settle();
    },
  };
}

// Dropping files anywhere on a part of the page gives them to its composer.
export function catchDrops(within, take) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  const over = (is) => within.classList.toggle("dropping", is);
  within.addEventListener("dragenter", (event) => carriesFiles(event) && over(++depth > 0));
  within.addEventListener("dragleave", (event) => carriesFiles(event) && over(--depth > 0));
  within.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  within.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    take(event.dataTransfer.files);
  });
}

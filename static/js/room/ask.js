// Asking the server: a part of a page as HTML, or a write that answers in JSON. Nothing here decides what is allowed.
import { tokenOf } from "../live/outbox.js";

export async function part(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (answer.redirected || answer.status === 401) return location.assign(url), null;
  if (!answer.ok) throw new Error(answer.status === 404 ? "It is not here any more." : "That did not work. Try again.");
  return answer.text();
}

// {status, ...what the server said}; status 0 where it could not be reached.
export async function send(url, body = new FormData(), more = {}) {
  const headers = { Accept: "application/json", "X-CSRFToken": tokenOf() };
  try {
    const answer = await fetch(url, { method: "POST", body, headers, ...more });
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    return { ...(isJson ? await answer.json() : {}), status: answer.redirected ? 401 : answer.status };
  } catch {
    return { status: 0 };
  }
}

export function sentence(answer) {
  if (answer.refusal) return answer.refusal;
  if (answer.status === 0) return "You are offline. Nothing is lost: try again when you are connected.";
  if (answer.status === 401 || answer.status === 403) return "You may not do this any more. Load the page again to see why.";
  if (answer.status === 404) return "It is not here any more.";
  return "That did not work. Try again in a moment.";
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

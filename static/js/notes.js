// form[data-renew]: somebody writes in a section of notes. It says so each minute, and tells them where the section has
// been taken over meanwhile; what they typed stays.
import { send, sentence } from "./room/ask.js";

const form = document.querySelector("[data-renew]");

async function renew() {
  const answer = await send(form.dataset.renew);
  const words = answer.status === 204 ? "" : `${sentence(answer)} What you typed stays here.`;
  const line = form.querySelector("[data-slot=claim]");
  if (line.textContent !== words) line.textContent = words;
  setTimeout(renew, 60000);
}

if (form) setTimeout(renew, 60000);

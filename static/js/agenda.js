// The timer of the current item of an agenda: [data-begun] (seconds since 1970, by the server's clock) and data-minutes. It
// says minutes in words, and changes once a minute: nothing ticks or flashes. [data-clock]: what the server's clock said
// when it began to answer, so that a laptop whose clock is wrong counts right.
const clock = document.querySelector("[data-clock]");
const [visit] = performance.getEntriesByType("navigation");
const ahead = Number(clock.dataset.clock) * 1000 - (performance.timeOrigin + visit.responseStart);

function inWords(left) {
  const minutes = Math.floor(Math.abs(left) / 60);
  if (left < 0) return minutes ? `${minutes} min over time` : "time is up";
  return left > 60 ? `${Math.ceil(left / 60)} min left` : "the last minute";
}

function tell() {
  for (const timer of document.querySelectorAll("[data-begun]")) {
    const ends = Number(timer.dataset.begun) + Number(timer.dataset.minutes) * 60;
    const words = `, ${inWords(ends - (Date.now() + ahead) / 1000)}`;
    if (timer.textContent !== words) timer.textContent = words;
  }
}

document.addEventListener("live:applied", tell);
setInterval(tell, 1000);
tell();

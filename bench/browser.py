"""A room as it is opened for the first time in a browser: what comes over the wire, and how it feels."""

import shutil
from typing import Any

from playwright.sync_api import sync_playwright

from bench.figures import Figure
from bench.parts import Size
from bench.processes import Site

# What the browser itself saw: https://web.dev/articles/vitals
WATCH = """
window.seen = {lcp: 0, cls: 0, events: []};
const watch = (type, see, more) => new PerformanceObserver(list => list.getEntries().forEach(see))
  .observe({type, buffered: true, ...more});
watch('largest-contentful-paint', entry => { seen.lcp = entry.startTime; });
watch('layout-shift', entry => { if (!entry.hadRecentInput) seen.cls += entry.value; });
watch('event', entry => { if (entry.interactionId) seen.events.push(entry.duration); }, {durationThreshold: 16});
"""


def cold(sites: list[Site], size: Size) -> list[Figure]:
    """A room with 50 posts in Chromium with an empty cache, at 360 px: bytes, LCP, CLS, and how long a key takes."""
    figures: list[Figure] = []
    for site in sites:
        group = site.people(4)[3]
        site.inside.ask("posts", space=group["space"], until=50)
        with site.servers() as (server,), sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            address = f"http://127.0.0.1:{server.port}"
            seen = [_open(chromium, address, group) for _ in range(size.rounds + 1)][1:]
            chromium.close()
        of = "" if site is sites[0] else f" at {site.label}"
        for key, what, unit, aim in (
            ("bytes", "bytes in all", "KB", 150),
            ("js", "bytes of JavaScript", "KB", 40),
            ("lcp", "largest contentful paint", "ms", 1500),
            ("cls", "layout shift", "", 0.02),
            ("inp", "slowest key or click", "ms", 100),
        ):
            figure = Figure("cold", f"cold load of a room{of}: {what}", unit, [one[key] for one in seen])
            if site is sites[0]:
                figure.aim, figure.met = f"≤ {aim:,}", figure.median <= aim
            figures.append(figure)
    return figures


def _open(chromium: Any, address: str, group: dict[str, Any]) -> dict[str, float]:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, is_mobile=True)
    name, _, value = group["members"][0]["cookie"].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address, "httpOnly": True}])
    page = context.new_page()
    page.add_init_script(WATCH)
    taken: dict[str, float] = {}
    kinds: dict[str, str] = {}
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    wire.on("Network.loadingFinished", lambda told: taken.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(f"{address}/groups/{group['group']}/", wait_until="networkidle")
    box = page.locator("textarea[name=body]").first
    box.click()
    box.press_sequentially("A thought.", delay=30)
    page.wait_for_timeout(300)
    seen = page.evaluate("seen")
    context.close()
    return {
        "bytes": sum(taken.values()) / 1000,
        "js": sum(size for key, size in taken.items() if kinds.get(key) == "Script") / 1000,
        "lcp": seen["lcp"],
        "cls": seen["cls"],
        "inp": max(seen["events"], default=0.0),
    }

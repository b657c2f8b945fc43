"""One fault: people write and read, it happens, and then everybody must have the same, once, in order, and soon."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import quantiles

import services
from playwright.async_api import async_playwright

from discussions.models import Post
from spaces.models import Space
from tests.faults.cable import Cable
from tests.faults.crowd import Line, LongPoll, Person, Reader, Room, Stalled, Tab, Writer, apart
from tests.faults.installation import Installation

EVERY = 0.6  # seconds between two messages of one writer


@dataclass
class Size:
    messages: int
    readers: int
    writers: int
    tabs: int
    patience: float  # seconds after a fault within which everybody must have everything


@dataclass
class Finding:
    fault: str
    server: str
    messages: int = 0
    readers: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    unlike: int = 0  # tabs that differ from a reload
    seconds: float = 0.0  # from the fault's end until the last reader had what was written until then
    p50: float = 0.0  # ms from the form's sending to a reader, of those that no fault touched
    p99: float = 0.0
    p99_before: float = 0.0  # the same before the fault began
    memory: float = 0.0  # MiB of the larger server, at the end
    growth: float = 0.0  # MiB
    said: dict = field(default_factory=dict)  # closes by code, answers by status


class Scene:
    """Who is there while a fault happens."""

    def __init__(self, site: Installation, room: Room, crowd: list[Person], size: Size) -> None:
        self.site, self.room, self.size = site, room, size
        self.writers = [
            Writer(Line(person, site.port, site.url), room, f"writer {chr(97 + number)}")
            for number, person in enumerate(crowd[: size.writers])
        ]
        self.crowd = crowd
        self.readers: list[Reader] = []
        self.far: list[Reader] = []  # behind the cable
        self.stalled: list[Stalled] = []
        self.tabs: list[Tab] = []
        self.is_over = asyncio.Event()
        self.tasks: list[asyncio.Task] = []

    async def __aenter__(self) -> "Scene":
        async with AsyncExitStack() as stack:
            self.cable = await stack.enter_async_context(Cable(self.site.port))
            self.far_page = await stack.enter_async_context(Cable(self.site.tls))
            if self.size.tabs:
                playwright = await stack.enter_async_context(async_playwright())
                chromium = str(services.found("chromium"))
                quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
                self.browser = await playwright.chromium.launch(executable_path=chromium, args=quiet)
                stack.push_async_callback(self.browser.close)
            self.stack = stack.pop_all()
        for number in range(self.size.readers):
            person = self.crowd[number % len(self.crowd)]
            is_far, kind = number % 10 == 3, LongPoll if number % 12 == 5 else Reader
            reader = kind(person, self.cable.port if is_far else self.site.port, self.site.url, self.room)
            self.readers.append(reader)
            if is_far:
                self.far.append(reader)
        self.tasks = [asyncio.create_task(reader.follow()) for reader in self.readers]
        for number in range(self.size.tabs):
            self.tabs.append(await Tab.open(self.browser, self.crowd[-1 - number], self.room, self.site.url))
        await until(lambda: all(reader.connected for reader in self.readers), 60, "everybody is connected")
        return self

    async def __aexit__(self, *_) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for tab in self.tabs:
            await tab.context.close()
        await self.stack.aclose()

    @property
    def acknowledged(self) -> list[dict]:
        return [ack for writer in self.writers for ack in writer.acknowledged]

    async def keep_writing(self, writer: Writer) -> None:
        """At a person's pace, or rather faster, until there is enough and the fault is over."""
        while not (self.is_over.is_set() and len(self.acknowledged) >= self.size.messages):
            begun = time.monotonic()
            await writer.write()
            await asyncio.sleep(max(0, EVERY - (time.monotonic() - begun)))


Fault = Callable[[Scene], Awaitable[None]]


async def play(site: Installation, room: Room, crowd: list[Person], size: Size, name: str, fault: Fault) -> Finding:
    async with Scene(site, room, crowd, size) as scene:
        memory = site.memory()
        writing = asyncio.gather(*(scene.keep_writing(writer) for writer in scene.writers))
        await until(lambda: len(scene.acknowledged) >= size.messages // 4, 120, "messages are written")
        begun = time.monotonic()
        await fault(scene)
        ended = time.monotonic()
        head = await apart(head_of, room)
        took = await everybody_has(scene, head) - ended
        behind = await who_is_behind(scene, head)
        scene.is_over.set()
        await asyncio.wait_for(writing, 300)
        last = await apart(head_of, room)
        await everybody_has(scene, last)
        found = await look(scene, name, begun)
        found.seconds = round(max(0.0, took), 2)
        found.growth = round(found.memory - memory, 1)
        found.said["behind"] = behind
        return found


async def everybody_has(scene: Scene, seq: int) -> float:
    """Wait until every reader and every tab has everything up to a number. When that was; or after a minute, now."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if all(reader.seq >= seq for reader in scene.readers):
            shown = [await tab.shows(seq) for tab in scene.tabs]
            if all(shown):
                break
        await asyncio.sleep(0.05)
    return time.monotonic()


async def who_is_behind(scene: Scene, seq: int) -> list[str]:
    """Who does not have everything up to a number, and what they have."""
    behind = [f"{type(reader).__name__} {reader.seq}" for reader in scene.readers if reader.seq < seq]
    return behind + [f"Tab {(await tab.rows())[-1:]}" for tab in scene.tabs if not await tab.shows(seq)]


async def look(scene: Scene, name: str, begun: float) -> Finding:
    """Count what is not as it was promised."""
    acknowledged = {ack["id"]: ack for ack in scene.acknowledged}
    posts = {str(post.pk): post for post in await apart(list, Post.objects.filter(space=scene.room.pk))}
    found = Finding(name, scene.site.kind, len(acknowledged), len(scene.readers) + len(scene.tabs))
    found.lost += len(acknowledged.keys() - posts.keys())
    bodies = Counter(post.body for post in posts.values())
    found.doubled += len(scene.acknowledged) - len(acknowledged) + sum(bodies.values()) - len(bodies)
    found.disordered += sum(posts[pk].seq != ack["seq"] for pk, ack in acknowledged.items() if pk in posts)
    for writer in scene.writers:
        own = [ack["seq"] for ack in writer.acknowledged]
        found.disordered += sum(a >= b for a, b in zip(own, own[1:], strict=False))
    for reader in scene.readers:
        targets = Counter(target for _, operation, target in reader.items if operation == "append")
        found.lost += missing([reader], scene.acknowledged)
        found.doubled += sum(targets.values()) - len(targets)
        found.disordered += [seq for seq, _, _ in reader.items] != list(range(1, len(reader.items) + 1))
        found.disordered += reader.resets
    for tab in scene.tabs:
        open_rows, rows = await tab.rows(), await tab.reloaded()
        ids = [pk for pk, _, _ in open_rows]
        # A page that is loaded shows a part of a long talk: from what is unread on. There the two must be the same.
        begins = ids.index(rows[0][0]) if rows and rows[0][0] in ids else len(ids)
        found.unlike += not rows or open_rows[begins : begins + len(rows)] != rows
        found.doubled += len(ids) - len(set(ids))
    untouched = [reader for reader in scene.readers if reader not in scene.far and type(reader) is Reader]
    found.p50, found.p99 = spread(untouched, [ack for ack in scene.acknowledged if ack["begun"] >= begun])
    _, found.p99_before = spread(untouched, [ack for ack in scene.acknowledged if ack["begun"] < begun])
    found.memory = round(scene.site.memory(), 1)
    closes = sum((reader.codes for reader in [*scene.readers, *scene.stalled]), Counter())
    answers = sum((writer.tries for writer in scene.writers), Counter())
    found.said = {"closes": dict(closes), "answers": dict(answers)}
    return found


def missing(readers: list[Reader], acknowledged: list[dict]) -> int:
    """How many acknowledged messages are not with how many readers."""
    return sum(f"post-{ack['id']}" not in reader.arrived for reader in readers for ack in acknowledged)


def spread(readers: list[Reader], acknowledged: list[dict]) -> tuple[float, float]:
    """Median and 99th percentile of the milliseconds from a form's first sending until it was read."""
    times = [
        reader.arrived[f"post-{ack['id']}"] - ack["begun"]
        for reader in readers
        for ack in acknowledged
        if f"post-{ack['id']}" in reader.arrived
    ]
    if len(times) < 2:
        return 0.0, 0.0
    cuts = quantiles(times, n=100)
    return round(cuts[49] * 1000), round(cuts[98] * 1000)


def head_of(room: Room) -> int:
    return Space.objects.values_list("last_seq", flat=True).get(pk=room.pk)


async def until(so: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline, f"Waited {seconds} s in vain until {what}."
        await asyncio.sleep(0.02)

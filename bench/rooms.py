"""A town meeting of hundreds: from a vote or a question to every screen, and what remains of it when Redis restarts."""

import contextlib
import http.client
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

from services import ensure_programs, redis_at, redis_url, running

from bench.figures import Figure
from bench.parts import Size, open_all, paced, post_as, tabs
from bench.processes import Process, Site, load

VOTES, QUESTIONS = 20, 2  # a second
AT_ONCE = 64  # of them may wait for their answers: people do not wait for each other
CURRENT_WITHIN = 5.0  # seconds after Redis is back


class Crowd:
    """Everyone in the room, who act over HTTP in turn, to one server and then the other."""

    def __init__(self, servers: list[Process], meeting: dict[str, Any]) -> None:
        self.servers, self.meeting = servers, meeting
        self.kept = threading.local()
        # When each was due and answered; a vote or a question, and its poll or its id.
        self.done: list[tuple[float, float, str, str]] = []
        self.late: list[float] = []  # seconds after its time at which each was sent

    def vote(self, number: int, due: float = 0.0) -> None:
        poll, options = self.meeting["polls"][number % len(self.meeting["polls"])]
        answered, _ = self._act(
            number, due, f"polls/{poll}/vote/", {f"option-{poll}": options[number // 3 % len(options)]}
        )
        self.done.append((due, answered, "a vote", poll))

    def ask(self, number: int, due: float = 0.0) -> None:
        text = f"How do others do this with the number {number} of people that we have?"
        answered, answer = self._act(number, due, "questions/", {"text": text, "client_id": str(uuid4())})
        self.done.append((due, answered, "a question", json.loads(answer)["id"]))

    def _act(self, number: int, due: float, path: str, body: dict[str, str]) -> tuple[float, bytes]:
        server = self.servers[number % len(self.servers)]
        member = self.meeting["members"][number % len(self.meeting["members"])]
        connections = self.kept.__dict__.setdefault("connections", {})
        connection = connections.setdefault(
            server.port, http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        )
        self.late.append(time.time() - due)
        answer = post_as(member["cookie"], connection, f"/meetings/{self.meeting['meeting']}/{path}", body)
        return time.time(), answer


def room(sites: list[Site], size: Size) -> list[Figure]:
    """A town meeting of 500: twenty votes and two questions a second, until each screen has them; Redis restarts."""
    site, figures = sites[0], []
    everyone = [member for group in site.people(size.sockets // 12 + 1) for member in group["members"]]
    meeting = site.inside.ask("meeting") | {"members": everyone[: size.sockets]}
    with contextlib.ExitStack() as kept:
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="cop-room-")))
        url = redis_url()
        rings = kept.enter_context(running(redis_at(url, ensure_programs()["redis-server"], folder)))
        servers = kept.enter_context(site.servers(2, REDIS_URL=url))
        kept.enter_context(site.worker(REDIS_URL=url))
        listeners = kept.enter_context(load())
        open_all(listeners, tabs(site, meeting, servers, size.sockets))
        crowd, pool = Crowd(servers, meeting), kept.enter_context(ThreadPoolExecutor(AT_ONCE))
        for number in range(8):  # warm
            crowd.vote(number)
            crowd.ask(number)
        settle(site, meeting, listeners, size.sockets)
        crowd.done.clear()
        crowd.late.clear()
        listeners.ask("note")
        spent = sum(server.cpu() for server in servers)
        load_spent, machine, began = time.process_time() + listeners.cpu(), in_use(), time.monotonic()
        acts = [pool.submit(act, number, time.time()) for act, number in timetable(crowd, size.seconds)]
        for one in acts:
            one.result()
        load_spent, seconds = time.process_time() + listeners.cpu() - load_spent, time.monotonic() - began
        machine = 100 * (in_use() - machine) / (seconds * (os.cpu_count() or 1))
        settle(site, meeting, listeners, size.sockets)
        spent = sum(server.cpu() for server in servers) - spent
        arrived: dict[int, list[float]] = {}
        skew = time.time() - time.monotonic()
        for at, first, last in listeners.ask("noted"):
            for seq in range(first, last + 1):
                arrived.setdefault(seq, []).append(at + skew)
        happened = site.inside.ask("happened", space=meeting["space"])
        lost = size.sockets - listeners.ask("current", seq=0)
        for name in ("a vote", "a question"):
            delays = [
                1000 * (at - due)
                for due, answered, what, about in crowd.done
                if what == name
                for at in arrived[told_of(happened, about, due, answered)]
            ]
            found = Figure("room", f"{name} → every screen, {size.sockets} people", "ms", delays, tails=True)
            found.aim, found.met = "p95 ≤ 1,000", found.quantile(0.95) <= 1000
            figures.append(found)
        figures[0].cpu = spent
        figures.append(Figure("room", "sockets lost", "", [lost], aim="0", met=lost == 0))
        late = [1000 * one for one in crowd.late]
        figures.append(
            Figure("room", "the load itself: an act sent after its time", "ms", late, tails=True, cpu=load_spent)
        )
        figures.append(Figure("room", "the machine's CPU in use meanwhile, by all", "%", [machine]))
        figures.append(after_redis(site, meeting, rings, crowd, listeners, size))
    return figures


def settle(site: Site, meeting: dict[str, Any], listeners: Any, sockets: int) -> None:
    """Until everything is told and has arrived, or a minute is over."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        head = site.inside.ask("head", space=meeting["space"])
        if not site.inside.ask("untold") and listeners.ask("current", seq=head) >= sockets:
            return
        time.sleep(0.2)


def timetable(crowd: Crowd, seconds: int) -> Iterator[tuple[Callable[[int, float], None], int]]:
    """What is done when, given at its time."""
    for number in paced(1 / VOTES, seconds * VOTES):
        yield crowd.vote, number
        if number % (VOTES // QUESTIONS) == 0:
            yield crowd.ask, number


def in_use() -> float:
    """Seconds of CPU that this machine has spent on anything."""
    user, nice, system, _idle, _waiting, *others = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(map(int, [user, nice, system, *others[:2]])) / os.sysconf("SC_CLK_TCK")


def told_of(happened: list[list[Any]], about: str, due: float, answered: float) -> int:
    """The number of what told of it: of a question, that it was asked; of a vote, what was told of its poll first since
    the answer. A vote that was told before its answer came back has none: then the last since its time.
    """
    told = [(seq, at) for seq, _, target, at in happened if at >= due and about == target]
    return next((seq for seq, at in told if at >= answered), told[-1][0])


def after_redis(site: Site, meeting: dict[str, Any], rings: Any, crowd: Crowd, listeners: Any, size: Size) -> Figure:
    """What share of the sockets has everything some seconds after Redis is back."""
    shares = []
    for _ in range(size.rounds):
        rings.kill()
        for number in range(2 * VOTES):
            crowd.vote(number)
        rings.start()
        back = time.monotonic()
        crowd.vote(0)
        time.sleep(1)
        head = site.inside.ask("head", space=meeting["space"])
        time.sleep(max(0.0, back + CURRENT_WITHIN - time.monotonic()))
        shares.append(100 * listeners.ask("current", seq=head) / size.sockets)
    told = Figure("room", f"current {CURRENT_WITHIN:.0f} s after Redis restarted", "%", shares, aim="≥ 99")
    told.met = min(shares) >= 99
    return told

"""A town meeting of hundreds: from a vote or a question to every screen, and what remains of it when Redis restarts."""

import contextlib
import http.client
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
CURRENT_WITHIN = 5.0  # seconds after Redis is back


class Crowd:
    """Everyone in the room, who act over HTTP in turn, to one server and then the other."""

    def __init__(self, servers: list[Process], meeting: dict[str, Any]) -> None:
        self.servers, self.meeting = servers, meeting
        self.kept = threading.local()
        self.done: list[tuple[float, float, str]] = []  # begun, answered; what it was about

    def vote(self, number: int) -> None:
        poll, options = self.meeting["polls"][number % len(self.meeting["polls"])]
        self._act(number, f"polls/{poll}/vote/", {f"option-{poll}": options[number // 3 % len(options)]}, poll)

    def ask(self, number: int) -> None:
        asked = str(uuid4())
        text = f"How do others do this with the number {number} of people that we have?"
        self._act(number, "questions/", {"text": text, "client_id": asked}, "question")

    def _act(self, number: int, path: str, body: dict[str, str], about: str) -> None:
        server = self.servers[number % len(self.servers)]
        member = self.meeting["members"][number % len(self.meeting["members"])]
        connections = self.kept.__dict__.setdefault("connections", {})
        connection = connections.setdefault(
            server.port, http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        )
        began = time.time()
        post_as(member["cookie"], connection, f"/meetings/{self.meeting['meeting']}/{path}", body)
        self.done.append((began, time.time(), about))


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
        crowd, pool = Crowd(servers, meeting), kept.enter_context(ThreadPoolExecutor(16))
        for number in range(8):  # warm
            crowd.vote(number)
            crowd.ask(number)
        settle(site, meeting, listeners, size.sockets)
        crowd.done.clear()
        listeners.ask("note")
        spent = sum(server.cpu() for server in servers)
        acts = [pool.submit(act, number) for act, number in timetable(crowd, size.seconds)]
        for one in acts:
            one.result()
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
            is_vote = name == "a vote"
            delays = [
                1000 * (at - began)
                for began, answered, what in crowd.done
                if (what != "question") == is_vote
                for at in arrived[told_of(happened, what, began, answered)]
            ]
            found = Figure("room", f"{name} → every screen, {size.sockets} people", "ms", delays, tails=True)
            found.aim, found.met = "p95 ≤ 1,000", found.quantile(0.95) <= 1000
            figures.append(found)
        figures[0].cpu = spent
        figures.append(Figure("room", "sockets lost", "", [lost], aim="0", met=lost == 0))
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


def timetable(crowd: Crowd, seconds: int) -> Iterator[tuple[Callable[[int], None], int]]:
    """What is done when, given at its time."""
    for number in paced(1 / VOTES, seconds * VOTES):
        yield crowd.vote, number
        if number % (VOTES // QUESTIONS) == 0:
            yield crowd.ask, number


def told_of(happened: list[list[Any]], about: str, began: float, answered: float) -> int:
    """The number of what told of it: the question itself; of a vote, what was told of its poll first since the answer.
    A vote that was told before its answer came back has none: then the last since it began.
    """
    kind = "question.asked" if about == "question" else "room_poll.voted"
    told = [
        (seq, at)
        for seq, what, target, at in happened
        if what == kind and at >= began and about in (target, "question")
    ]
    if kind == "question.asked":
        return told[0][0]
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

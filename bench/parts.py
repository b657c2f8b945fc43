"""What is measured. A part gets the sites, this tree's first and perhaps another commit's, and gives figures.

Whatever is compared is measured in turns, in one run: a busy machine then slows all of it alike.
"""

import contextlib
import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from services import free_port

from bench.figures import Figure
from bench.processes import HERE, Process, Site, Talker, load

TEXT = "n" * 300  # what the stacks beside ours send


@dataclass(frozen=True)
class Size:
    """How much of each; the smoke test wants little."""

    rounds: int = 3
    sockets: int = 500
    screens: int = 400
    joins: int = 2000
    singles: int = 30
    burst: int = 200
    seconds: int = 20
    missed: int = 5000
    ages: tuple[int, ...] = (1_000, 100_000, 1_000_000)
    times: int = 30
    library: int = 1_000_000
    searches: int = 200
    series: int = 300
    answering: int = 10_000
    sessions: int = 120
    registered: int = 2_000


SMALL = Size(
    rounds=1,
    sockets=20,
    screens=20,
    joins=24,
    singles=3,
    burst=20,
    seconds=1,
    missed=300,
    ages=(100, 200),
    times=2,
    library=2_000,
    searches=8,
    series=12,
    answering=50,
    sessions=10,
    registered=20,
)


def hello(group: dict[str, Any], seq: int | None) -> dict[str, Any]:
    return {"type": "hello", "protocol": 1, "cursors": {group["space"]: {"epoch": group["epoch"], "seq": seq}}}


def tabs(site: Site, group: dict[str, Any], servers: list[Process], number: int) -> list[dict[str, Any]]:
    """Sockets of a group's people, over all the servers in turn, at the head of its space."""
    greeting = hello(group, site.inside.ask("head", space=group["space"]))
    members = group["members"]
    return [
        {
            "port": servers[index % len(servers)].port,
            "cookie": members[index % len(members)]["cookie"],
            "hello": greeting,
        }
        for index in range(number)
    ]


# Fan-out


@dataclass
class Stack:
    """Something that sends one message to many sockets, and the load that listens to it."""

    name: str
    server: Process
    listeners: Talker
    publish: Callable[[int], Any]

    def deliver(self, messages: int, sockets: int, *, at_once: bool) -> tuple[float, float]:
        """Seconds of the server's CPU per 100,000 deliveries, and deliveries a second."""
        cpu, began, ended, heard = self.server.cpu(), time.monotonic(), 0.0, 0
        for share in [messages] if at_once else [1] * messages:
            self.publish(share)
            told = self.listeners.ask("expect", items=share * sockets)
            if told["items"] < share * sockets or told["holes"]:
                raise RuntimeError(f"{self.name}: not everything came: {told} of {share * sockets}.")
            heard, ended = heard + share * sockets, told["at"]
        return (self.server.cpu() - cpu) * 100_000 / heard, heard / (ended - began)


def fanout(sites: list[Site], size: Size) -> list[Figure]:
    """One message to many sockets: the hub, a plain consumer of Channels, a bare loop of asyncio."""
    with contextlib.ExitStack() as kept:
        stacks = [_hub(site, size, kept) for site in sites]
        stacks += [_other(sites[0], name, size, kept) for name in ("channels", "bare")]
        single: dict[str, list[tuple[float, float]]] = {stack.name: [] for stack in stacks}
        burst: dict[str, list[tuple[float, float]]] = {stack.name: [] for stack in stacks}
        listened = 0.0
        for number in range(size.rounds + 1):  # the first warms up
            for stack in stacks:
                few = stack.name == "channels"  # else it takes minutes
                one = stack.deliver(size.singles // 4 + 1 if few else size.singles, size.sockets, at_once=False)
                listened = stack.listeners.ask("cpu")
                many = stack.deliver(size.burst // 5 if few else size.burst, size.sockets, at_once=True)
                listened = stack.listeners.ask("cpu") - listened
                if number:
                    single[stack.name].append(one)
                    burst[stack.name].append(many)
    names = {"hub": "our hub", "channels": "plain Channels", "bare": "bare asyncio"}
    own, figures = sites[0].label, []
    for kind, measured in (("one at a time", single), ("as fast as they come", burst)):
        cost = {name: [cpu for cpu, _ in of_round] for name, of_round in measured.items()}
        bare, plain, hub = (median(cost[name]) for name in ("bare", "channels", own))
        for stack in stacks:
            told = names.get(stack.name, f"our hub at {stack.name}" if stack.name != own else "our hub")
            figure = Figure("fanout", f"{told}, {kind}, CPU per 100,000", "s", cost[stack.name])
            figure.ratio, figure.beside = median(cost[stack.name]) / bare, "bare"
            if stack.name == own:
                most = 4.0 if measured is single else 1.0
                figure.aim, figure.met = f"≤ {most:.0f}", hub <= most
            elif stack.name not in names:
                figure.ratio, figure.beside = hub / median(cost[stack.name]), "now/then"
            figures.append(figure)
        better = Figure("fanout", f"plain Channels ÷ our hub, {kind}", "×", [plain / hub])
        if measured is single:
            better.aim, better.met = "≥ 8", plain / hub >= 8
        figures.append(better)
    rate = [speed for _, speed in burst["bare"]]
    figures.append(Figure("fanout", "the load itself: deliveries taken from bare asyncio", "/s", rate, cpu=listened))
    return figures


def _hub(site: Site, size: Size, kept: contextlib.ExitStack) -> Stack:
    server = kept.enter_context(site.servers())
    listeners, group = kept.enter_context(load()), site.people(1)[0]
    open_all(listeners, tabs(site, group, server, size.sockets))

    def publish(times: int) -> None:
        site.inside.ask("write", space=group["space"], times=times)

    return Stack(site.label, server[0], listeners, publish)


def _other(site: Site, name: str, size: Size, kept: contextlib.ExitStack) -> Stack:
    server = kept.enter_context(site.running(HERE / "stacks.py", name, port=free_port()))
    listeners = kept.enter_context(load())
    open_all(listeners, [{"port": server.port}] * size.sockets)

    def publish(times: int) -> None:
        site.inside.ask("publish", stack=name, text=TEXT, times=times)

    return Stack(name, server, listeners, publish)


def open_all(listeners: Talker, sockets: list[dict[str, Any]]) -> None:
    """A few at a time: this is no measurement of how they join."""
    for start in range(0, len(sockets), 25):
        some = sockets[start : start + 25]
        told = listeners.ask("open", sockets=some, seconds=60)
        if told["in"] != len(some):
            raise RuntimeError(f"{told['in']} of {len(some)} sockets are in.")


# From a post to every screen


def screens(sites: list[Site], size: Size) -> list[Figure]:
    """Five posts a second over HTTP, two server processes, PostgreSQL and Redis: until each of 400 sockets has it."""
    delays: dict[str, list[float]] = {site.label: [] for site in sites}
    spent: dict[str, float] = {site.label: 0.0 for site in sites}
    answers: dict[str, list[float]] = {site.label: [] for site in sites}
    with contextlib.ExitStack() as kept:
        places = []
        for site in sites:
            servers, listeners = kept.enter_context(site.servers(2)), kept.enter_context(load())
            group = site.people(2)[1]
            open_all(listeners, tabs(site, group, servers, size.screens))
            writer = Writer(servers, group)
            writer.post(), writer.post()  # warm
            listeners.ask("expect", items=2 * size.screens)
            places.append((site.label, servers, listeners, writer))
        for _ in range(3):
            for label, servers, listeners, writer in places:
                began, cpu = {}, sum(server.cpu() for server in servers)
                listeners.ask("note")
                for _ in paced(0.2, max(1, size.seconds * 5 // 3)):
                    at = time.monotonic()
                    began[writer.post()] = at
                    answers[label].append(1000 * (time.monotonic() - at))
                told = listeners.ask("expect", items=len(began) * size.screens, seconds=15)
                spent[label] += sum(server.cpu() for server in servers) - cpu
                if told["items"] < len(began) * size.screens or told["holes"]:
                    raise RuntimeError(f"Not every screen has every post: {told}")
                for at, first, last in listeners.ask("noted"):
                    delays[label] += [1000 * (at - began[seq]) for seq in range(first, last + 1) if seq in began]
    figures: list[Figure] = []
    for site in sites:
        of = "" if site is sites[0] else f" at {site.label}"
        figure = Figure("screens", f"post → every screen{of}, 400 sockets", "ms", delays[site.label], tails=True)
        figure.cpu = spent[site.label]
        if site is sites[0]:
            figure.aim = "p95 ≤ 100, p99 ≤ 250"
            figure.met = figure.quantile(0.95) <= 100 and figure.quantile(0.99) <= 250
        else:
            figure.ratio, figure.beside = figures[0].median / figure.median, "now/then"
        figures.append(figure)
        figures.append(Figure("screens", f"the answer to the post itself{of}", "ms", answers[site.label], tails=True))
    return figures


class Writer:
    """The people of a group, who post over HTTP in turn, to one server and then the other."""

    def __init__(self, servers: list[Process], group: dict[str, Any]) -> None:
        self.servers, self.group, self.number = servers, group, 0
        self.connections = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=30) for server in servers]

    def post(self) -> int:
        """Gives the number of its activity."""
        turn, self.number = self.number % len(self.servers), self.number + 1
        member = self.group["members"][self.number % len(self.group["members"])]
        body = {"body": f"A thought of ordinary length about the work, number {self.number}.", "client_id": uuid4()}
        text = post_as(member["cookie"], self.connections[turn], f"/threads/{self.group['thread']}/posts/", body)
        return json.loads(text)["seq"]


def post_as(cookie: str, connection: http.client.HTTPConnection, path: str, body: dict[str, Any]) -> bytes:
    """Send a form as a page of ours does, and give what it is answered with."""
    token = "b" * 32
    headers = {
        "Cookie": f"{cookie}; csrftoken={token}",
        "X-CSRFToken": token,
        "Origin": f"http://127.0.0.1:{connection.port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    connection.request("POST", path, urlencode(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in {200, 201, 204}:
        raise RuntimeError(f"{path} was answered with {answer.status}: {text[:300]!r}")
    return text


def paced(seconds: float, times: int) -> Iterator[int]:
    due = time.monotonic()
    for number in range(times):
        time.sleep(max(0, due - time.monotonic()))
        due += seconds
        yield number


# Everyone at once


def joins(sites: list[Site], size: Size) -> list[Figure]:
    """Two thousand sessions that open a socket at the same moment, as after a restart, and what each then holds."""
    figures: list[Figure] = []
    for site in sites:
        seconds, each, memory, refused, spent = [], [], [], 0, []
        groups = site.people(2 + size.joins // 12 + 1)[2:]
        everyone = [(group, member["cookie"]) for group in groups for member in group["members"]][: size.joins]
        for _ in range(min(3, size.rounds)):
            with site.servers() as (server,), load() as listeners:
                first = site.people(1)[0]
                open_all(listeners, tabs(site, first, [server], 12))  # its threads and connections are there
                before, cpu = server.memory(), server.cpu()
                told = listeners.ask(
                    "open",
                    sockets=[
                        {"port": server.port, "cookie": cookie, "hello": hello(group, 0)} for group, cookie in everyone
                    ],
                    seconds=60,
                )
                refused += size.joins - told["in"]
                seconds.append(max(told["joins"], default=60.0))
                each += told["joins"]
                spent.append(server.cpu() - cpu)
                time.sleep(2)
                memory.append((server.memory() - before) / max(1, told["in"]))
        of = "" if site is sites[0] else f" at {site.label}"
        own = site is sites[0]
        found = [
            Figure("joins", f"{size.joins:,} joins at once{of}, until all are in", "s", seconds, cpu=median(spent)),
            Figure("joins", f"each of them{of}", "s", each, tails=True),
            Figure("joins", f"refused or lost{of}", "", [refused]),
            Figure("joins", f"an idle socket{of}", "KiB", memory),
        ]
        for figure, aim, met in zip(
            found,
            ("≤ 6", "", "0", "≤ 35"),
            (max(seconds) <= 6, None, refused == 0, median(memory) <= 35),
            strict=True,
        ):
            if own:
                figure.aim, figure.met = aim, met
            elif figure.median:
                figure.ratio, figure.beside = figures[len(found) - 4].median / figure.median, "now/then"
        figures += found
    return figures


# Pages


def pages(sites: list[Site], size: Size) -> list[Figure]:
    """Queries and CPU of the main pages, counted in the process that answers."""
    figures: list[Figure] = []
    for site in sites:
        group = site.people(4)[3]
        site.inside.ask("posts", space=group["space"], until=50)
        cookie, at = group["members"][0]["cookie"], f"/groups/{group['group']}/"
        paths = {
            "the room with 50 posts": at,
            "home": "/",
            "groups": "/groups/",
            "the roster": f"{at}roster/",
            "search in a room": f"{at}search/?q=work",
            "files of a room": f"{at}files/",
            "the directory": "/people/",
            "a page of news": f"/spaces/{group['space']}/activities/?after=0",
        }
        costs = site.inside.ask("pages", cookie=cookie, paths=paths, times=size.times)
        costs["a post"] = site.inside.ask("post", cookie=cookie, thread=group["thread"], times=size.times)
        costs["a join (socket)"] = site.inside.ask("join", cookie=cookie, space=group["space"], times=size.times)
        for name, cost in costs.items():
            figures += _page(site, name, cost, figures, own=site is sites[0])
    return figures


def _page(site: Site, name: str, cost: dict[str, Any], known: list[Figure], *, own: bool) -> list[Figure]:
    of = "" if own else f" at {site.label}"
    queries = Figure("pages", f"{name}{of}: queries", "", [cost["queries"]])
    cpu = Figure("pages", f"{name}{of}: CPU", "ms", cost["cpu_ms"], tails=True)
    if own and name == "the room with 50 posts":
        queries.aim, queries.met = "≤ 10", cost["queries"] <= 10
        cpu.aim, cpu.met = "≤ 15", cpu.median <= 15
    for figure in (queries, cpu):
        then = next((one for one in known if not own and figure.what == one.what.replace(":", f"{of}:")), None)
        if then:
            figure.ratio, figure.beside = then.median / figure.median, "now/then"
    return [queries, cpu]


# Catching up


def catchup(sites: list[Site], size: Size) -> list[Figure]:
    """Somebody comes back to a room with thousands of new posts: until the first 200 are there, and until all are."""
    figures: list[Figure] = []
    for site in sites:
        group, first, whole = site.people(5)[4], [], []
        site.inside.ask("posts", space=group["space"], until=size.missed)
        with site.servers() as servers, load() as listeners:
            for number in range(size.rounds + 1):
                [tab] = tabs(site, group, servers, 1)
                listeners.ask("note")
                began = time.monotonic()
                open_all(listeners, [{**tab, "hello": hello(group, 0)}])
                listeners.ask("expect", items=size.missed)
                noted = listeners.ask("noted")
                listeners.ask("close")
                if number:
                    first.append(1000 * (noted[0][0] - began))
                    whole.append(1000 * (noted[-1][0] - began))
        of = "" if site is sites[0] else f" at {site.label}"
        some = Figure("catchup", f"{size.missed:,} missed{of}: the first {min(200, size.missed)}", "ms", first)
        if site is sites[0]:
            some.aim, some.met = "≤ 150", some.median <= 150
        else:
            some.ratio, some.beside = figures[0].median / some.median, "now/then"
        figures += [some, Figure("catchup", f"{size.missed:,} missed{of}: all of them", "ms", whole)]
    return figures


# Growth


def growth(sites: list[Site], size: Size) -> list[Figure]:
    """What a post over HTTP and the page of a room cost as the room grows old."""
    figures: list[Figure] = []
    for site in sites:
        group, young = site.people(6)[5], len(figures)
        of = "" if site is sites[0] else f" at {site.label}"
        for age in size.ages:
            site.inside.ask("posts", space=group["space"], until=age)
            cookie = group["members"][0]["cookie"]
            room = {"room": f"/groups/{group['group']}/"}
            with site.servers() as (server,):
                writer, answers, cpu = Writer([server], group), [], server.cpu()
                for number in range(size.times + 5):
                    began = time.monotonic()
                    writer.post()
                    if number == 4:  # warm by now
                        cpu = server.cpu()
                    elif number > 4:
                        answers.append(1000 * (time.monotonic() - began))
                spent = server.cpu() - cpu
            page = site.inside.ask("pages", cookie=cookie, paths=room, times=size.times)["room"]
            figures += [
                Figure("growth", f"a post{of}, {age:,} before it", "ms", answers, cpu=spent, tails=True),
                Figure("growth", f"the room's page{of}, {age:,} posts: time", "ms", page["wall_ms"], tails=True),
                Figure("growth", f"the room's page{of}, {age:,} posts: queries", "", [page["queries"]]),
            ]
        for index in range(young + 3, len(figures)):
            figure, then = figures[index], figures[young + (index - young) % 3]
            figure.ratio, figure.beside = figure.median / then.median, f"{size.ages[0]:,}"
            figure.aim, figure.met = "does not grow", figure.ratio <= (1 if not figure.unit else 1.5)
    return figures


# Search


def words(sites: list[Site], size: Size) -> list[Figure]:
    """What somebody with 20 spaces waits for when they search in a million posts."""
    figures: list[Figure] = []
    for site in sites:
        of = "" if site is sites[0] else f" at {site.label}"
        site.inside.ask("library", posts=size.library)
        found = site.inside.ask("searches", times=size.searches)
        figure = Figure("words", f"a search in {size.library:,} posts{of}", "ms", found["wall_ms"], tails=True)
        if site is sites[0]:
            figure.aim = "median ≤ 30, p95 ≤ 100"
            figure.met = figure.median <= 30 and figure.quantile(0.95) <= 100
        else:
            figure.ratio, figure.beside = figures[0].median / figure.median, "now/then"
        figures += [figure, Figure("words", f"found by each{of}", "", found["found"], tails=True)]
    return figures


# Calendars


def calendars(sites: list[Site], size: Size) -> list[Figure]:
    """A month of many series, with the answers of thousands: what a calendar fetches, and what its reader looks at."""
    figures: list[Figure] = []
    for site in sites:
        of, group = "" if site is sites[0] else f" at {site.label}", site.people(7)[6]
        paths = site.inside.ask("calendars", series=size.series, people=size.answering, group=group)
        cookie = group["members"][0]["cookie"]
        for name, cost in site.inside.ask("calendar_costs", cookie=cookie, times=size.times, **paths).items():
            time_ = Figure("calendars", f"{name}{of}, {size.series} series", "ms", cost["wall_ms"], tails=True)
            time_.cpu = sum(cost["cpu_ms"]) / 1000
            queries = Figure("calendars", f"{name}{of}: queries", "", [cost["queries"]])
            if site is sites[0]:
                time_.aim, time_.met = "p95 ≤ 100", time_.quantile(0.95) <= 100
                queries.aim, queries.met = "≤ 8", cost["queries"] <= 8
            else:
                time_.ratio, time_.beside = figures[len(figures) % 8].median / time_.median, "now/then"
            figures += [time_, queries]
    return figures


# The symposium


def programme(sites: list[Site], size: Size) -> list[Figure]:
    """The programme of a symposium of many sessions, to which thousands are registered, as one of them reads it."""
    figures: list[Figure] = []
    for site in sites:
        of, group = "" if site is sites[0] else f" at {site.label}", site.people(8)[7]
        paths = site.inside.ask("programme", sessions=size.sessions, people=size.registered, group=group)
        costs = site.inside.ask("pages", cookie=group["members"][0]["cookie"], paths=paths, times=3 * size.times)
        for name, cost in costs.items():
            what = f"{name}{of}, {size.sessions} sessions, {size.registered:,} registered"
            time_ = Figure("programme", what, "ms", cost["wall_ms"], tails=True)
            time_.cpu = sum(cost["cpu_ms"]) / 1000
            queries = Figure("programme", f"{name}{of}: queries", "", [cost["queries"]])
            if site is sites[0]:
                time_.aim, time_.met = "p95 ≤ 100", time_.quantile(0.95) <= 100
                queries.aim, queries.met = "≤ 10", cost["queries"] <= 10
            else:
                time_.ratio, time_.beside = figures[len(figures) % 8].median / time_.median, "now/then"
            figures += [time_, queries]
    return figures

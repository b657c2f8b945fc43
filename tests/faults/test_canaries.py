"""What is said in a private room is in the database and in its files, and nowhere else. Runs last."""

import asyncio
import smtplib
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

import redis

from tests.faults import canaries
from tests.faults.crowd import Line, Writer
from tests.faults.installation import METRICS_TOKEN
from tests.faults.test_worker_and_files import upload, wait


def test_the_words_of_a_private_room_are_found_nowhere_else(site, room, crowd, mail, monitor, folder, findings):
    asyncio.run(say_it_everywhere(site, room, crowd))
    control = f"controlword{site.kind}{canaries.WORD[::-1]}"  # each kind of server its own: both write into one folder
    plant(control, site, mail, crowd)
    wait(lambda: control.encode() in monitor.said, "Redis tells of the control word")
    places = canaries.texts_in(folder)
    places["Redis"] = bytes(monitor.said)
    places["mail"] = b"\n".join(canaries.decoded(content) for _, content in mail.mails)
    for server in site.servers:
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}", "X-Forwarded-Proto": "https"}
        with urlopen(Request(f"http://127.0.0.1:{server.port}/metrics", headers=headers), timeout=60) as answer:
            places[f"metrics of {server.name}"] = answer.read()
    found = canaries.where(control, places)
    here = str(site.folder)
    assert found == sorted(["Redis", "mail", f"{here}/nginx-access.log", f"{here}/tmp/{control}"]), (
        "it would not find it"
    )
    assert f"{here}/server-1.log" in canaries.where("Serving on" if site.kind == "daphne" else "Uvicorn", places)
    assert canaries.where(canaries.WORD, places) == []
    size = sum(map(len, places.values())) / 2**20
    findings.append({"part": "canaries", "server": site.kind, "places": len(places), "size": round(size, 1)})


async def say_it_everywhere(site, room, crowd) -> None:
    """As a message, an edited one, a draft, a file's name and words, in a search, twice at once, and where it fails."""
    line = Line(crowd[5], site.port, site.url)
    word = canaries.WORD
    ack = await Writer(line, room, "somebody").write()
    edit = {"body": f"{word} differently"}
    await line.ask("POST", f"/posts/{ack['id']}/edit/", edit)
    await line.ask("POST", f"/threads/{room.thread}/draft/", {"body": word})
    body, kind = upload(2000)
    named = body.replace(b"notes.txt", f"{word}.txt".encode()).replace(b"breathe", word.encode())
    status, _ = await line.ask("POST", f"/spaces/{room.pk}/files/", named, kind)
    assert status == 201
    await line.ask("GET", f"{room.page}search/?{urlencode({'q': word})}")
    twice = {"body": f"{word} twice at once", "client_id": str(uuid4())}
    lines = [Line(crowd[6], site.port, site.url) for _ in range(4)]
    path = f"/threads/{room.thread}/posts/"
    assert [status for status, _ in await asyncio.gather(*(one.ask("POST", path, twice) for one in lines))] == [200] * 4
    await line.ask("POST", path, {"body": f"{word} \0", "client_id": "not an id"})
    site.postgresql.kill()
    answers = [await one.ask("POST", path, {**twice, "client_id": str(uuid4())}, timeout=30) for one in lines[:2]]
    assert all(status in {0, 500, 502, 503, 504} for status, _ in answers)
    assert all(word.encode() not in text for _, text in answers)
    site.postgresql.start()


def plant(control, site, mail, crowd) -> None:
    Line(crowd[0], site.port, site.url).ask_now("GET", f"/{control}")
    site.temporary.joinpath(control).write_text("here")
    with redis.Redis(port=site.redis.port) as client:
        client.publish("control", control)
    with smtplib.SMTP("127.0.0.1", mail.controller.port) as sender:
        sender.sendmail("a@people.test", ["b@people.test"], f"Subject: {control}\r\n\r\nHello.\r\n")

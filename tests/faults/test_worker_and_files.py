"""The worker killed between any two steps, and a disk that is full while somebody uploads."""

import asyncio
import resource
import threading
import time
from collections import Counter, defaultdict
from email import message_from_bytes
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.utils.timezone import now

from files.models import File
from members.models import Member
from notifications.models import Letter, Notice, Told
from spaces.models import Membership, Space
from tests.faults.cable import Cable
from tests.faults.conftest import FULL
from tests.faults.crowd import Line, Writer, apart
from tests.spaces.servers import address_of_test_database
from worker import letters

STEPS = [3, 8, 13, 19, 26, 34, 43, 55, 70, 90, 120, 160] if FULL else [12, 40]  # what the worker sent to PostgreSQL
LETTERS = 30


@pytest.fixture(autouse=True)
def outbox(settings):
    """Letters wait for the worker, as anywhere but in tests."""
    settings.EMAIL_BACKEND = "notifications.outbox.OutboxBackend"


@pytest.fixture
def posted(mail):
    """The letters of this test, by recipient."""
    before = len(mail.mails)
    return lambda: _by_recipient(mail.mails[before:])


@pytest.mark.full  # each step is tried by tests/notifications/test_killed.py, too
def test_a_worker_killed_between_any_two_steps_loses_no_letter_and_no_notice(
    site, room, crowd, mail, posted, findings, everyone
):
    if site.kind != "daphne":
        pytest.skip("the worker is the same")
    site.worker.stop()
    recipients = [f"{uuid4().hex}@people.test" for _ in range(LETTERS)]
    letters.send(recipients, "something_new", {"member": everyone[0]})
    Membership.objects.filter(space=room.pk).update(notify=Membership.Notify.EACH)
    asyncio.run(write_some(site, room, crowd))
    connections.close_all()
    asyncio.run(kill_at_each_step(site))
    for after_the_answer in (False, True):
        kill_while_handing_over(site, mail, everyone[0], after_the_answer)
    site.worker.start()
    wait(lambda: told(room), "the notices are made")
    Notice.objects.filter(space=room.pk).update(mail_at=now())
    site.worker.kill()
    site.worker.start()  # which looks at once whom to write to
    wait(lambda: not Notice.objects.filter(space=room.pk, mailed_at=None).exists(), "everybody is written to")
    wait(no_letter_waits, "every letter is out")

    notices = Counter(Notice.objects.filter(space=room.pk).values_list("member", flat=True))
    assert notices == dict.fromkeys((member.pk for member in everyone), 1), "one notice each"
    got, kills = posted(), len(STEPS) + 3
    noticed = Member.objects.filter(notices__space=room.pk).values_list("email", flat=True)
    lost = {*recipients, *noticed} - got.keys()
    again = sum(len(mails) - 1 for mails in got.values())
    findings.append({"part": "worker", "kills": kills, "letters": len(got), "lost": len(lost), "doubled": again})
    assert lost == set()
    assert {name for name, mails in got.items() if len({mail["Message-ID"] for mail in mails}) > 1} == set()
    assert 1 <= again <= kills, "a kill sends one letter again at most, and the one before the server's yes surely did"


async def write_some(site, room, crowd) -> None:
    """Two write, so that everybody has something that is news to them."""
    for person in crowd[:2]:
        writer = Writer(Line(person, site.port, site.url), room, "somebody")
        for _ in range(2):
            await writer.write()


async def kill_at_each_step(site) -> None:
    """The worker's way to PostgreSQL stops after so many sendings, and then it is killed."""
    for step in STEPS:
        async with Cable(site.postgresql.port) as cable:
            cable.stop_after = step
            address = site.environment["DATABASE_URL"].replace(f":{site.postgresql.port}/", f":{cable.port}/")
            site.worker.environment = {**site.environment, "DATABASE_URL": address}
            await apart(site.worker.start)
            async with asyncio.timeout(120):
                await cable.stopped.wait()
            site.worker.kill()
    site.worker.environment = site.environment


def kill_while_handing_over(site, mail, member, after_the_answer: bool) -> None:
    """Kill it when the mail server has the letter: before it says so, or before the worker has written that down."""
    letters.send(f"{uuid4().hex}@people.test", "something_new", {"member": member})
    over = threading.Event()
    with (
        psycopg.connect(address_of_test_database()) as connection,
        psycopg.connect(address_of_test_database(), autocommit=True) as other,
    ):

        def at_data() -> None:
            if over.is_set():
                return
            if after_the_answer:
                connection.execute("LOCK TABLE notifications_letter IN SHARE MODE")  # reading goes on, marking waits
            else:
                site.worker.kill()
            over.set()

        mail.at_data = at_data
        site.worker.start()
        wait(over.is_set, "a letter is handed over")
        if after_the_answer:
            waits = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%letter%'"
            )
            wait(lambda: other.execute(waits).fetchone()[0], "the worker waits to mark it")
            site.worker.kill()
        mail.at_data = None


def no_letter_waits() -> bool:
    """The minutes that a letter rests which was in the hands of a worker that died are over at once."""
    return not Letter.objects.waiting().update(next_try_at=now())


def told(room) -> bool:
    return Told.objects.filter(space=room.pk, seq=Space.objects.get(pk=room.pk).last_seq).exists()


def test_a_full_disk_loses_no_message_and_leaves_no_half_file(site, room, crowd, findings):
    taken = asyncio.run(fill_the_disk(site, room, crowd))
    connections.close_all()
    stored = {path.name for path in site.media.rglob("*") if path.is_file()}
    rows = File.objects.all()
    assert {file.stored_as.rsplit("/")[-1] for file in rows if site.media.joinpath(file.stored_as).exists()} == stored
    assert all(
        site.media.joinpath(file.stored_as).stat().st_size == file.size for file in rows if file.space_id == room.pk
    )
    assert rows.filter(space=room.pk).count() == len(SIZES)
    findings.append({"part": "disk", "server": site.kind, "answers": taken})


SIZES = {40_000: 16_384, 300_000: 131_072}  # bytes of a file, and how large a file may grow before the disk is full


async def fill_the_disk(site, room, crowd) -> list[int]:
    """Upload on a full disk until there is room again. The kernel refuses to let a server's files grow (EFBIG)."""
    line = Line(crowd[2], site.port, site.url)
    answers = []
    for size, limit in SIZES.items():
        body, kind = upload(size)
        for server in site.servers:
            server.environment = {**site.environment, "PYTHONPYCACHEPREFIX": str(site.temporary / "bytecode")}
            await restarted(server)
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        status, text = await line.ask("POST", f"/spaces/{room.pk}/files/", body, kind)
        assert status not in {200, 201}, (status, text)
        answers.append(status)
        acknowledged = await Writer(Line(crowd[3], site.port, site.url), room, "somebody").write()
        assert acknowledged["seq"]
        for server in site.servers:
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        for _ in range(2):  # the same upload again, and once more
            status, text = await line.ask("POST", f"/spaces/{room.pk}/files/", body, kind, timeout=60)
            assert status == 201, (status, text)
    return answers


async def restarted(server) -> None:
    """Its log begins anew: one that is longer than the limit could not be written any more. So does its bytecode, which
    a full disk could spoil for good (docs/decisions/0022).
    """
    server.stop()
    server.log = server.log.with_name(f"{server.name}-{uuid4().hex[:6]}.log")
    await apart(server.start)


def upload(size: int) -> tuple[bytes, str]:
    edge = uuid4().hex
    text = ("what helped us in the group today was to breathe and to wait\n" * (size // 60 + 1))[:size]
    fields = [
        f'--{edge}\r\nContent-Disposition: form-data; name="client_id"\r\n\r\n{uuid4()}\r\n',
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="notes.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n{text}\r\n--{edge}--\r\n",
    ]
    return "".join(fields).encode(), f"multipart/form-data; boundary={edge}"


def wait(so, what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline, f"Waited {seconds} s in vain until {what}."
        time.sleep(0.1)


def _by_recipient(mails) -> dict[str, list]:
    found = defaultdict(list)
    for recipient, content in mails:
        found[recipient].append(message_from_bytes(content))
    return found

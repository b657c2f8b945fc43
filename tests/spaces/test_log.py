"""The log: numbers in the order of commits, without holes."""

import threading
import time
from uuid import uuid4

import pytest
from django.db import connection, transaction

from discussions.models import Post
from spaces.actions import mark_read
from spaces.inbox import inbox_of
from spaces.log import record
from spaces.models import Activity, Membership, Space
from tests.spaces import notes


def seqs(space) -> list[int]:
    return list(space.activities.order_by("seq").values_list("seq", flat=True))


def unread(space, member) -> int:
    return Membership.objects.with_unread().get(space=space, member=member).unread


def in_thread(work, *args) -> threading.Thread:
    def run():
        try:
            work(*args)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


class Undone(Exception):
    pass


def test_numbers_have_no_holes_where_actions_fail(cast):
    space = cast.group.space
    for number in range(6):
        try:
            with transaction.atomic():
                notes.write(space, cast.member)
                if number % 2:
                    raise Undone
        except Undone:
            pass
    assert seqs(space) == [1, 2, 3]
    assert Space.objects.get(pk=space.pk).last_seq == 3


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_an_error(everyone):
    with pytest.raises(RuntimeError, match="transaction"):
        record(everyone.group.space, "note.written", Post(pk=uuid4()), by=everyone.member)


def test_unread_is_what_counted_since(cast):
    space = cast.group.space
    post = notes.write(space, cast.member)
    notes.change(post, "Said better.")
    notes.write(space, cast.facilitator)
    assert [unread(space, person) for person in (cast.member, cast.colleague, cast.facilitator)] == [1, 2, 2]


def test_reading_moves_forward_only_and_never_past_the_head(cast):
    space = cast.group.space
    for _ in range(3):
        notes.write(space, cast.member)
    left = [mark_read(space=space, member=cast.colleague, seq=seq) for seq in (2, 1, 0, 99)]
    assert left == [1, 1, 1, 0]
    assert Membership.objects.get(space=space, member=cast.colleague).read_seq == 3


def test_reading_is_told_to_ones_other_devices_and_to_nobody_else(cast):
    space = cast.group.space
    notes.write(space, cast.member)
    mark_read(space=space, member=cast.colleague, seq=1)
    mark_read(space=space, member=cast.colleague, seq=1)
    membership = Membership.objects.get(space=space, member=cast.colleague)
    told = Activity.objects.filter(kind="read.moved").values_list("space", "target")
    assert list(told) == [(inbox_of(cast.colleague).pk, membership.pk)]


def test_what_one_writes_is_read_unless_something_before_it_is_not(cast):
    space = cast.group.space
    notes.write(space, cast.member)
    assert unread(space, cast.member) == 0
    notes.write(space, cast.colleague)
    assert (unread(space, cast.member), unread(space, cast.colleague)) == (1, 2)


class Reader(threading.Thread):
    """Reads past its cursor again and again, as the hub does, and keeps what it saw in order."""

    def __init__(self, space, by: str):
        super().__init__()
        self.space, self.by, self.seen, self.done = space, by, [], threading.Event()

    def run(self):
        try:
            while not self.done.is_set():
                self.look()
                time.sleep(0.005)
            self.look()
        finally:
            connection.close()

    def look(self):
        cursor = self.seen[-1] if self.seen else 0
        past = Activity.objects.filter(space=self.space, **{f"{self.by}__gt": cursor}).order_by(self.by)
        self.seen += past.values_list(self.by, flat=True)


@pytest.mark.postgres
def test_without_the_lock_a_reader_goes_past_a_slow_writer_and_never_sees_it(room):
    """The race itself: numbers from a database sequence, given before the commit."""
    holding, go_on = threading.Event(), threading.Event()

    def write(seq, slowly):
        with transaction.atomic():
            Activity.objects.create(space=room, seq=seq, count=0, kind="note.changed", target=uuid4())
            if slowly:
                holding.set()
                go_on.wait(5)

    reader = Reader(room, by="pk")
    slow = in_thread(write, 1, True)
    assert holding.wait(5)
    write(2, False)
    reader.start()
    deadline = time.monotonic() + 5
    while not reader.seen and time.monotonic() < deadline:
        time.sleep(0.01)
    go_on.set()
    slow.join()
    reader.done.set()
    reader.join()
    assert Activity.objects.filter(space=room).count() == 2
    assert len(reader.seen) == 1, "the slow writer's row has a smaller number than one that was read before it"


@pytest.mark.postgres
def test_a_fast_writer_waits_for_a_slow_one_so_that_no_reader_is_ahead_of_a_commit(room, everyone):
    holding, go_on = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            notes.write(room, everyone.member, "slow")
            holding.set()
            go_on.wait(5)

    reader = Reader(room, by="seq")
    reader.start()
    slow = in_thread(write_slowly)
    assert holding.wait(5)
    fast = in_thread(notes.write, room, everyone.colleague, "fast")
    fast.join(0.3)
    assert fast.is_alive()
    assert reader.seen == []
    go_on.set()
    slow.join()
    fast.join()
    reader.done.set()
    reader.join()
    assert reader.seen == [1, 2]
    assert list(Post.objects.order_by("seq").values_list("body", flat=True)) == ["slow", "fast"]


def test_eight_writers_at_once_leave_no_hole(room, everyone):
    """Their rows refer to the space before it is locked, as real actions' do: that must not deadlock either."""
    reader = Reader(room, by="seq")
    reader.start()
    errors = []

    def write():
        try:
            for number in range(10):
                if number % 4 == 3:
                    with transaction.atomic():
                        Membership.objects.create(space=room, member=everyone.outsider, left_at=room.created_at)
                        notes.write(room, everyone.member)
                else:
                    notes.write(room, everyone.member)
        except Exception as error:
            errors.append(error)

    threads = [in_thread(write) for _ in range(8)]
    for thread in threads:
        thread.join()
    reader.done.set()
    reader.join()
    assert errors == []
    assert seqs(room) == list(range(1, 81))
    assert reader.seen == list(range(1, 81))

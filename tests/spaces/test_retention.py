"""An inbox forgets what it told open pages a month ago; a group's log is left alone."""

from datetime import timedelta

import time_machine
from django.utils.timezone import now

from spaces.frames import Frame, Reset, read_log
from spaces.inbox import access_changed, inbox_of
from spaces.models import Activity
from spaces.tasks import forget_old_signals
from tests.spaces import notes


def test_old_signals_go_and_a_reader_from_before_loads_anew(cast, monkeypatch):
    monkeypatch.setattr("spaces.tasks.BATCH", 2)
    inbox, room = inbox_of(cast.member), cast.group.space
    begun = inbox.last_seq
    with time_machine.travel(now() - timedelta(days=31), tick=True):
        notes.write(room, cast.colleague)
        for _ in range(3):
            access_changed([cast.member])
    Activity.objects.filter(space=inbox, seq__lte=begun).update(created_at=now() - timedelta(days=40))
    access_changed([cast.member])
    assert forget_old_signals() >= begun + 3
    assert list(Activity.objects.filter(space=inbox).values_list("seq", flat=True)) == [begun + 4]
    assert Activity.objects.filter(space=room).count() == 1
    before, at = read_log({inbox.pk: begun})[inbox.pk], read_log({inbox.pk: begun + 3})[inbox.pk]
    assert isinstance(before, Reset)
    assert isinstance(at, Frame)
    assert (before.reason, before.head, at.events) == ("purged", begun + 4, 1)


def test_an_inbox_of_which_all_is_old_is_at_its_end(cast):
    inbox = inbox_of(cast.member)
    with time_machine.travel(now() - timedelta(days=31), tick=True):
        access_changed([cast.member])
    Activity.objects.filter(space=inbox).update(created_at=now() - timedelta(days=40))
    forget_old_signals()
    inbox.refresh_from_db()
    at = read_log({inbox.pk: inbox.last_seq})[inbox.pk]
    assert isinstance(at, Frame)
    assert (at.events, Activity.objects.filter(space=inbox).count()) == (0, 0)
    access_changed([cast.member])
    at = read_log({inbox.pk: inbox.last_seq})[inbox.pk]
    assert isinstance(at, Frame)
    assert at.events == 1

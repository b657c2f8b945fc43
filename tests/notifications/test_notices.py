from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.timezone import now

from discussions.actions import write_post
from notifications import mailing, notices, outbox
from notifications.models import Hearing, Letter, Notice
from spaces.inbox import inbox_of
from spaces.models import Activity, Membership


@pytest.fixture
def say(cast):
    """Have somebody write in the cast's group."""

    def say(by, body="A thought.", **more):
        thread = cast.group.space.threads.get()
        return write_post(thread=thread, by=by, body=body, client_id=uuid4(), **more)

    return say


def listen(cast, person, notify):
    Membership.objects.filter(space=cast.group.space, member=person).update(notify=notify)


def heard(person):
    return list(Notice.objects.filter(member=person).values_list("kind", flat=True))


def mention(person):
    return f"@[{person.name}](member:{person.pk})"


def test_who_wants_everything_gets_one_line_for_any_number_of_messages(cast, say):
    listen(cast, cast.colleague, "each")
    for _ in range(3):
        say(cast.member)
    notices.tell()
    say(cast.member)
    notices.tell()
    assert heard(cast.colleague) == ["messages"]
    assert heard(cast.member) == []


def test_a_reply_to_ones_own_is_heard_like_a_mention(cast, say):
    listen(cast, cast.colleague, "mentions")
    root = say(cast.colleague)
    say(cast.member, reply_to=root.pk)
    notices.tell()
    assert heard(cast.colleague) == ["mention"]


def test_who_wants_nothing_hears_nothing(cast, say):
    listen(cast, cast.colleague, "none")
    root = say(cast.colleague)
    say(cast.member, reply_to=root.pk)
    notices.tell()
    assert heard(cast.colleague) == []


def test_each_activity_is_told_once(cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    assert notices.tell() > 0
    assert notices.tell() == 0


def test_a_notice_shows_in_the_members_own_stream(cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    notices.tell()
    kinds = Activity.objects.filter(space=inbox_of(cast.colleague)).values_list("kind", flat=True)
    assert "notices.changed" in kinds


def test_reading_the_room_settles_the_notice(cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    notices.tell()
    assert notices.settle() == 0
    cast.group.space.refresh_from_db()
    Membership.objects.filter(space=cast.group.space, member=cast.colleague).update(read_seq=cast.group.space.last_seq)
    assert notices.settle() == 1
    assert Notice.objects.get(member=cast.colleague).read_at is not None


def test_mail_says_neither_where_nor_what_nor_who(cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member, "The walnut tree has fallen.")
    notices.tell()
    assert notices.mail_unread() == 0
    Notice.objects.update(mail_at=now())
    assert notices.mail_unread() == 1
    assert notices.mail_unread() == 0
    outbox.deliver()
    (letter,) = mail.outbox
    assert letter.to == [cast.colleague.email]
    whole = letter.message().as_string() + letter.body + letter.alternatives[0][0]
    for secret in ("walnut", cast.member.name, cast.group.topic, str(cast.group.pk), str(cast.group.space_id)):
        assert secret not in whole


def test_nobody_is_written_to_about_a_room_that_closed_for_them(cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    notices.tell()
    Membership.objects.filter(space=cast.group.space, member=cast.colleague).update(left_at=now())
    Notice.objects.update(mail_at=now())
    notices.mail_unread()
    outbox.deliver()
    assert mail.outbox == []


def test_the_inbox_hides_what_may_no_longer_be_read(client, cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    notices.tell()
    client.force_login(cast.colleague)
    assert cast.group.topic in client.get(reverse("notifications:inbox")).content.decode()
    Membership.objects.filter(space=cast.group.space, member=cast.colleague).update(left_at=now())
    assert cast.group.topic not in client.get(reverse("notifications:inbox")).content.decode()


def test_a_notice_leads_to_its_room_and_is_read_then(client, cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    notices.tell()
    notice = Notice.objects.get()
    client.force_login(cast.member)
    assert client.post(reverse("notifications:open", args=[notice.pk])).status_code == 404
    client.force_login(cast.colleague)
    response = client.post(reverse("notifications:open", args=[notice.pk]))
    assert response["Location"] == cast.group.get_absolute_url()
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_everything_can_be_marked_read(client, cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    notices.tell()
    client.force_login(cast.colleague)
    client.post(reverse("notifications:read_all"))
    assert not Notice.objects.filter(read_at=None).exists()


def test_all_that_waits_is_one_letter(cast, say):
    listen(cast, cast.colleague, "each")
    root = say(cast.colleague)
    say(cast.member)
    say(cast.member, reply_to=root.pk)
    notices.tell()
    Notice.objects.filter(kind="mention").update(mail_at=now())
    assert notices.mail_unread() == 2
    Notice.objects.update(mail_at=now())
    assert notices.mail_unread() == 0
    outbox.deliver()
    assert len(mail.outbox) == 1


def test_a_group_that_one_hears_of_daily_waits_for_the_letter_of_the_day(cast, say):
    listen(cast, cast.colleague, "daily")
    say(cast.member)
    mailing.keep_up()
    notices.tell()
    assert heard(cast.colleague) == ["messages"]
    Notice.objects.update(mail_at=now())  # as after another choice
    notices.mail_unread()
    assert Letter.objects.count() == 0
    Hearing.objects.update(daily_at=now())
    mailing.write_digests()
    assert Letter.objects.get().elsewhere
    mailing.write_digests()
    assert Letter.objects.count() == 1


def test_quiet_hours_put_a_letter_off(cast, say):
    listen(cast, cast.colleague, "each")
    say(cast.member)
    mailing.keep_up()
    notices.tell()
    hour = now().astimezone(ZoneInfo(cast.colleague.time_zone)).hour
    Hearing.objects.update(quiet_from=(hour - 1) % 24, quiet_until=(hour + 2) % 24)
    Notice.objects.update(mail_at=now())
    notices.mail_unread()
    assert Letter.objects.count() == 0
    assert Notice.objects.get(member=cast.colleague).mail_at > now()

"""What members' browsers show while no page is open: to whom it goes, what it says and never says, and when it ends."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings as site
from django.urls import reverse
from django.utils.timezone import now

from discussions.actions import start_thread, write_post
from discussions.models import Forum
from members.actions.people import deactivate
from members.actions.sessions import end_session, end_sessions_over, sign_out_everywhere
from members.models import Affiliation
from notifications import browsers, notices, push_services, pushes
from notifications.models import Hearing, Notice, Push, PushedBrowser
from notifications.reasons import why
from spaces.models import Membership
from tests.notifications.push_service import Device, PushService, turn_on
from tests.people import make_cast, sign_in
from tests.spaces.servers import address_of_test_database

SECRETS = ["Canary", "canary", "Clinical", "Mara", "Cole", "flooded", "harbor"]


@pytest.fixture
def push_service(settings):
    service = PushService()
    settings.PUSH_HOSTS = [service.origin]
    yield service
    service.stop()


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def pushed(cast, push_service, device):
    """The colleague's browser."""
    return turn_on(cast.colleague, device, f"{push_service.origin}/one")


@pytest.fixture
def say(cast):
    """Have the member name the colleague in the group."""

    def say(body="Canary, flooded with memories."):
        body = f"{body} @{cast.colleague.name}"
        return write_post(thread=cast.group.space.threads.get(), by=cast.member, body=body, client_id=uuid4())

    return say


def converse(cast, **more):
    """A question in the commons, the colleague's answer, and what the asker says to that."""
    Membership.objects.get_or_create(space=cast.commons.space, member=cast.colleague)
    text = {"body": "A canary text, flooded.", **more}
    asked = {"space": cast.commons.space, "kind": "question", "title": "A canary title"}
    thread = start_thread(by=cast.outsider, client_id=uuid4(), **asked, **text)
    answer = write_post(thread=thread, by=cast.colleague, body="Canary.", client_id=uuid4())
    write_post(thread=thread, by=cast.outsider, client_id=uuid4(), reply_to=answer.pk, **text)


def time_passes():
    Push.objects.update(next_try_at=now())


def hand_over():
    """Everything that happened is told of, and half a minute has gone by."""
    notices.tell()
    time_passes()
    return pushes.deliver()


def shown(push_service, device):
    return [device.opened(body) for _, _, body in push_service.requests]


def test_of_a_group_only_that_something_is_new(cast, push_service, device, pushed, say):
    say()
    notices.tell()
    assert pushes.deliver() == 0  # whoever looks at the page reads it first
    assert hand_over() == 1
    [said] = shown(push_service, device)
    assert (said["title"], said["body"]) == ("Something is new", "")
    [(path, headers, body)] = push_service.requests
    assert (path, headers["Content-Encoding"], headers["TTL"]) == ("/one", "aes128gcm", "86400")
    assert headers["Authorization"].startswith("vapid t=")
    assert [word for word in SECRETS if word in f"{said} {headers}"] == []
    pushed.refresh_from_db()
    assert (pushed.delivered_at is not None, Push.objects.count()) == (True, 0)


@pytest.mark.parametrize("more", [{}, {"intensity": 3, "content_note": "A canary note"}, {"unnamed": True}])
def test_of_a_forum_its_name_and_no_word_more(cast, push_service, device, pushed, more):
    converse(cast, **more)
    assert hand_over() == 1
    [said] = shown(push_service, device)
    assert {name: said[name] for name in ("title", "body")} == {"title": "Something is new", "body": "In Commons"}
    assert [word for word in [*SECRETS, "Olive"] if word in f"{said} {push_service.requests[0][1]}"] == []


def test_a_forum_may_be_named_in_any_letters(cast, push_service, device, pushed):
    Forum.objects.update(name="\N{WOMAN}\N{ZERO WIDTH JOINER}" * 40)  # the longest that one can be
    converse(cast)
    assert hand_over() == 1
    [said] = shown(push_service, device)
    assert said["body"].startswith("In \N{WOMAN}")


def test_once_until_it_is_read_and_all_of_one_length(cast, push_service, device, pushed, say):
    say()
    say()
    converse(cast)
    assert hand_over() == 2
    say()
    assert hand_over() == 0
    assert len({len(body) for *_, body in push_service.requests}) == 1
    topics = {headers["Topic"] for _, headers, _ in push_service.requests}
    assert topics == {said["tag"] for said in shown(push_service, device)}
    assert len(topics) == 2


def test_a_topic_tells_nobody_who_shares_a_place(cast, push_service, pushed, say):
    turn_on(cast.colleague, endpoint=f"{push_service.origin}/two")
    say()
    assert hand_over() == 2
    assert len({headers["Topic"] for _, headers, _ in push_service.requests}) == 2


def test_nothing_of_what_was_read_meanwhile(cast, push_service, pushed, say):
    say()
    notices.tell()
    notices.mark_read(member=cast.colleague)
    assert hand_over() == 1
    assert (push_service.requests, Push.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("way", "told"), [("", True), ("each", True), ("mentions", True), ("daily", True), ("none", False)]
)
def test_what_is_meant_for_one_is_shown_unless_one_wants_nothing(cast, push_service, pushed, say, way, told):
    Membership.objects.filter(space=cast.group.space, member=cast.colleague).update(notify=way)
    post = say()
    hand_over()
    assert len(push_service.requests) == told
    assert any("browsers: that something is new" in sentence for sentence in why(post, cast.colleague)) == told


@pytest.mark.parametrize(("way", "told"), [("each", True), ("daily", False), ("mentions", False)])
def test_every_message_only_for_those_who_want_each(cast, push_service, pushed, way, told):
    Membership.objects.filter(space=cast.group.space, member=cast.colleague).update(notify=way)
    write_post(thread=cast.group.space.threads.get(), by=cast.member, body="Canary.", client_id=uuid4())
    hand_over()
    assert len(push_service.requests) == told


def test_who_chose_nothing_meanwhile_is_not_shown_it(cast, push_service, pushed, say):
    say()
    notices.tell()
    Membership.objects.filter(space=cast.group.space, member=cast.colleague).update(notify="none")
    hand_over()
    assert push_service.requests == []


def test_quiet_hours_in_ones_own_zone_put_it_off(cast, push_service, pushed, say):
    hour = now().astimezone(ZoneInfo(cast.colleague.time_zone)).hour
    quiet = {"quiet_from": hour, "quiet_until": (hour + 2) % 24}
    Hearing.objects.update_or_create(
        member=cast.colleague,
        defaults={"zone": cast.colleague.time_zone, "daily_at": now(), "weekly_at": now(), **quiet},
    )
    say()
    hand_over()
    assert push_service.requests == []
    assert now() < Push.objects.get().next_try_at < now() + timedelta(hours=2)
    Hearing.objects.update(quiet_from=(hour + 3) % 24, quiet_until=(hour + 4) % 24)
    hand_over()
    [(_, headers, _)] = push_service.requests
    assert int(headers["TTL"]) <= 3 * 3600  # a push service lets it go before they begin


def test_nothing_where_one_may_not_read_any_more(cast, push_service, pushed, say):
    say()
    notices.tell()
    Affiliation.objects.filter(member=cast.colleague).delete()
    hand_over()
    assert (push_service.requests, Push.objects.count()) == ([], 0)


@pytest.mark.parametrize("ending", ["everywhere", "closed"])
def test_what_ends_all_sessions_ends_it(cast, push_service, pushed, say, ending):
    say()
    notices.tell()
    if ending == "everywhere":
        sign_out_everywhere(member=cast.colleague, by=cast.colleague)
    else:
        deactivate(member=cast.colleague, by=cast.staff)
    hand_over()
    assert push_service.requests == []
    assert not PushedBrowser.objects.current().exists()
    pushes.forget()
    assert not PushedBrowser.objects.exists()


@pytest.fixture
def at_home(client, cast, settings, push_service):
    """The colleague's browser, signed in, where they turned it on through the page."""
    client.force_login(cast.colleague)
    answer = client.post(
        reverse("notifications:turn_on_pushes"), {"endpoint": f"{push_service.origin}/home", **Device().said}
    )
    assert answer.status_code == 302
    return client


def test_signing_out_ends_it_in_this_browser(cast, at_home):
    turn_on(cast.colleague)
    assert "this one" in at_home.get(reverse("notifications:settings")).content.decode()
    at_home.post(reverse("account_logout"))
    assert PushedBrowser.objects.count() == 1


def test_signing_out_ends_it_in_a_later_session_too(cast, at_home):
    UserSession.objects.all().delete()
    sign_in(at_home, cast.colleague)
    at_home.get("/inbox/")
    at_home.post(reverse("account_logout"))
    assert not PushedBrowser.objects.exists()


def test_ending_a_session_from_elsewhere_ends_it_there(cast, at_home):
    key = at_home.session.session_key
    session = UserSession.objects.get_or_create(user=cast.colleague, session_key=key, defaults={"ip": "127.0.0.1"})[0]
    end_session(session=session, by=cast.colleague)
    assert not PushedBrowser.objects.exists()


def test_a_session_that_grew_old_leaves_it(cast, at_home):
    session = at_home.session
    session["idle_ends"] = 0
    session.save()
    UserSession.objects.get_or_create(
        user=cast.colleague, session_key=session.session_key, defaults={"ip": "127.0.0.1"}
    )
    UserSession.objects.update(last_seen_at=now() - timedelta(days=1))
    assert end_sessions_over() == 1
    assert PushedBrowser.objects.current().count() == 1


def test_somebody_else_in_the_same_browser_ends_it(cast, at_home):
    at_home.logout()
    cookie = PushedBrowser.objects.get().pk
    at_home.cookies[browsers.COOKIE] = str(cookie)
    at_home.force_login(cast.member)
    at_home.get("/inbox/")
    assert not PushedBrowser.objects.exists()


def test_turning_it_on_again_is_one_browser_and_stopping_it_none(cast, at_home, push_service):
    page = reverse("notifications:turn_on_pushes")
    at_home.post(page, {"endpoint": f"{push_service.origin}/renewed", **Device().said})
    browser = PushedBrowser.objects.get()
    assert browser.endpoint == f"{push_service.origin}/renewed"
    at_home.post(reverse("notifications:turn_off_pushes", args=[browser.pk]))
    assert not PushedBrowser.objects.exists()


def test_ten_browsers_and_the_oldest_makes_room(cast):
    first = turn_on(cast.colleague)
    for _ in range(10):
        turn_on(cast.colleague)
    first.refresh_from_db()
    assert (first.ending, PushedBrowser.objects.current().count()) == ("replaced", 10)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/1",
        "https://example.org/1",
        "https://127.0.0.1/1",
        "https://fcm.googleapis.com.example.org/1",
        "https://fcm.googleapis.com:8443/1",
        "https://fcm.googleapis.com@example.org/1",
        "https://example.org#@fcm.googleapis.com/1",
        "https://example.org\\@fcm.googleapis.com/1",
        "https://push.apple.com/1",
        "https://evilpush.apple.com/1",
        "https://a..push.apple.com/1",
        "https://fcm.googleapis.com/1\r\nHost: example.org",
        "https://fcm.googleapis.com/1#there",
        "HTTPS://FCM.GOOGLEAPIS.COM/1",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_push_service_that_we_do_not_know_is_not_taken(client, cast, endpoint):
    assert push_services.place_of(endpoint) is None
    client.force_login(cast.colleague)
    client.post(reverse("notifications:turn_on_pushes"), {"endpoint": endpoint, **Device().said})
    assert not PushedBrowser.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/a:b",
        "https://updates.push.services.mozilla.com/wpush/v2/a_b",
        "https://db5p.notify.windows.com/w/?token=a%2fb",
        "https://web.push.apple.com:443/a",
    ],
)
def test_those_that_we_know_are_taken(endpoint):
    assert push_services.place_of(endpoint) is not None


@pytest.mark.parametrize(
    "wrong", [{"public_key": "BAAA"}, {"public_key": "B" * 87}, {"secret": "AAAA"}, {"secret": "ü"}]
)
def test_what_is_no_key_of_a_browser_is_not_taken(client, cast, wrong):
    client.force_login(cast.colleague)
    said = {"endpoint": "https://fcm.googleapis.com/1", **Device().said, **wrong}
    assert client.post(reverse("notifications:turn_on_pushes"), said).status_code == 302
    assert not PushedBrowser.objects.exists()


def test_a_known_name_that_leads_inside_is_not_followed(cast, settings):
    """The real resolver, and a name that is always this machine."""
    settings.PUSH_HOSTS = ["localhost"]
    place = push_services.place_of("https://localhost/1")
    with pytest.raises(OSError, match="no public address"):
        push_services.bring(place, {}, b"")


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1", "224.0.0.1"]
)
def test_addresses_that_are_not_public(text):
    assert not push_services._is_public(text)


def test_no_redirect_is_followed(cast, push_service, pushed, say):
    push_service.answers = [(307, {"Location": f"{push_service.origin}/elsewhere"})]
    say()
    hand_over()
    assert [path for path, *_ in push_service.requests] == ["/one"]
    pushed.refresh_from_db()
    assert (pushed.trouble, Push.objects.count()) == ("307", 0)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_ends_and_its_member_reads_why(client, cast, push_service, pushed, say, status):
    push_service.answers = [(status, {})]
    say()
    hand_over()
    pushed.refresh_from_db()
    assert (pushed.ending, Push.objects.count()) == ("gone", 0)
    client.force_login(cast.colleague)
    assert "takes nothing any more" in client.get(reverse("notifications:settings")).content.decode()


@pytest.mark.parametrize(("status", "wait", "at_least"), [(429, "900", 890), (503, "", 110), (503, "99999999", 3590)])
def test_a_push_service_that_is_busy_is_left_alone_for_a_while(cast, push_service, pushed, say, status, wait, at_least):
    push_service.answers = [(status, {"Retry-After": wait} if wait else {})]
    say()
    before = now()
    hand_over()
    waiting = Push.objects.get()
    assert before + timedelta(seconds=at_least) < waiting.next_try_at < now() + timedelta(hours=1, seconds=1)
    assert hand_over() == 1
    assert (len(push_service.requests), Push.objects.count()) == (2, 0)


def test_news_of_yesterday_are_given_up(cast, push_service, pushed, say):
    push_service.answers = [(503, {})]
    say()
    notices.tell()
    Push.objects.update(created_at=now() - timedelta(days=1))
    hand_over()
    assert not Push.objects.exists()


def test_where_a_push_service_is_away_its_other_browsers_wait(cast, push_service, pushed, say):
    turn_on(cast.colleague, endpoint=f"{push_service.origin}/two")
    say()
    notices.tell()
    time_passes()
    push_service.stop()
    assert pushes.deliver() == 1
    assert Push.objects.filter(next_try_at__gt=now()).count() == 2


def test_a_try_out_comes_at_once_to_all_of_ones_own(client, cast, push_service, device, pushed):
    turn_on(cast.member, endpoint=f"{push_service.origin}/other")
    client.force_login(cast.colleague)
    client.post(reverse("notifications:try_pushes"))
    client.post(reverse("notifications:try_pushes"))
    assert pushes.deliver() == 1
    [said] = shown(push_service, device)
    assert said["title"] == "This is a try-out"


def test_without_a_key_it_is_not_there(client, cast, settings):
    settings.VAPID_KEY = ""
    turn_on(cast.colleague)
    client.force_login(cast.colleague)
    assert "While no page is open" not in client.get(reverse("notifications:settings")).content.decode()
    assert client.get(reverse("notifications:push_worker")).status_code == 404
    assert client.post(reverse("notifications:turn_on_pushes"), {}).status_code == 404
    pushes.put_trial(cast.colleague)
    assert pushes.deliver() == 0


def test_its_member_can_take_away_what_is_kept(client, cast):
    turn_on(cast.colleague)
    client.force_login(cast.colleague)
    [kept] = client.get(reverse("members:download_my_data")).json()["pushed_browsers"]
    assert (kept["device"], sorted(kept)) == ("Firefox on Linux", ["device", "last_push", "since", "until"])
    assert "Firefox on Linux" in client.get(reverse("members:my_data")).content.decode()


DELIVER = """
from django.conf import settings
settings.PUSH_HOSTS = [{origin!r}]
from notifications import pushes
pushes.deliver()
"""


@pytest.mark.django_db(transaction=True)
def test_killed_between_the_yes_and_its_note_it_replaces_itself(push_service, device):
    """At any other step nothing was sent, or nothing is left to send. Here the second shows in place of the first."""
    cast = make_cast()
    turn_on(cast.colleague, device, f"{push_service.origin}/one")
    pushes.put_trial(cast.colleague)
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
        "COP_MODE": "test",
        "DATABASE_URL": address_of_test_database(),
        "DJANGO_SETTINGS_MODULE": "cop.settings",
    }
    program = f"import django; django.setup()\n{DELIVER.format(origin=push_service.origin)}"
    victim = subprocess.Popen([sys.executable, "-c", program], cwd=site.BASE_DIR, env=environment)

    def kill():
        victim.kill()
        victim.wait()

    push_service.before = kill
    assert victim.wait(300) == -signal.SIGKILL
    push_service.before = lambda: None
    assert Push.objects.count() == 1
    assert pushes.deliver() == 0  # somebody has it in their hands
    time_passes()
    assert pushes.deliver() == 1
    first, second = shown(push_service, device)
    assert first == second
    assert not Push.objects.exists()
    assert Notice.objects.count() == 0

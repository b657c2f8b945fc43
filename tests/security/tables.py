"""The pages that are printed from the code: who gets what from every address, and what is limited.

`.venv/bin/python -m tests.security.tables` writes both anew.
"""

# ruff: noqa: E501  (a row a line)

import os
import re
from collections.abc import Iterator
from pathlib import Path

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from cop import bodies
from discussions import actions as discussions
from discussions.actions import moderation, moving
from files import actions as files
from files import pages, recognise
from mailroom import reading, refusing, server, sorting
from meetings import feeds as calendars
from meetings import video_reports
from meetings.forms import VideoReportForm
from members.passwords import AT_ONCE, LongEnough
from notifications import addresses, feeds
from spaces import consumer, longpoll, sockets
from symposium.actions import proposals
from symposium.actions import registration as symposium
from symposium.views import credit
from tests.access_table import PEOPLE, SIGN_IN, TABLE

DOCS = Path(settings.BASE_DIR) / "docs"
SIGNS = {200: "●", 201: "●", 204: "●", 302: "→", 303: "→", SIGN_IN: "in"}
SHORT = {"privacy_officer": "privacy", "deactivated": "closed"}


def table(*rows: list[str]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def routes(resolver: URLResolver, namespace: str = "", path: str = "/") -> Iterator[tuple[str, str]]:
    """The name of each address, and how it is written."""
    for entry in resolver.url_patterns:
        written = path + str(entry.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
        if isinstance(entry, URLResolver):
            yield from routes(entry, namespace + (f"{entry.namespace}:" if entry.namespace else ""), written)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", written)


def access() -> str:
    written = dict(routes(get_resolver()))
    head = [["address", "", *(SHORT.get(person, person) for person in PEOPLE)], ["---", "---"] + [":-:"] * len(PEOPLE)]
    rows = [
        [
            f"`{written[name]}`",
            row.method,
            *(SIGNS.get(row.answers[person], str(row.answers[person])) for person in PEOPLE),
        ]
        for name, rows in TABLE.items()
        for row in rows
    ]
    return table(*head, *rows)


def in_words(rates: str) -> str:
    """How often, as django-allauth writes it: `5/5m/key`."""
    units = {"m": "minute", "h": "hour", "d": "day"}
    whose = {"ip": "a network address", "key": "an account, an address or a code"}
    told = []
    for rate in rates.split(","):
        number, span, of = rate.split("/")
        unit = units[span[-1]]
        told.append(f"{number} {'in ' + span[:-1] + ' ' + unit + 's' if span[:-1] else 'a ' + unit} of {whose[of]}")
    return "; ".join(told)


def limits() -> list[list[str]]:
    """What is limited, how, where, and the test."""
    rates, seconds, mb = settings.ACCOUNT_RATE_LIMITS, "{:g} s", bodies.MEGABYTE
    at, signin, once = "cop/settings.py", "members/test_signin.py", "members/test_signin_at_once.py"
    bad, here, poll = "spaces/test_bad_frames.py", "files/test_files.py", "spaces/test_catch_up.py"
    attempts = f"{signin}::test_one_network_address_has_so_many_attempts_whatever_it_tries"
    return [
        ["signing in", in_words(rates["login"]), at, attempts],
        ["signing in wrongly", in_words(rates["login_failed"]), at, f"{once}::test_attempts_at_a_password_are_five_however_many_try_at_once"],
        ["passwords hashed at once", f"{AT_ONCE._initial_value} a process", "members/passwords.py", f"{once}::test_twenty_people_sign_in_at_once"],
        ["length of a password", f"{LongEnough.alone} to {LongEnough.most} characters; {LongEnough.beside_a_factor} beside a second factor", "members/passwords.py", "members/test_passwords.py::test_an_endless_password_is_refused_at_once"],
        ["asking for a code", in_words(rates["request_login_code"]), at, f"{signin}::test_only_so_many_codes_are_sent_to_one_address"],
        ["asking for a new password", in_words(rates["reset_password"]), at, f"{signin}::test_only_so_many_codes_are_sent_to_one_address"],
        ["typing a code", in_words(rates["confirm_code"]), at, f"{once}::test_guesses_at_a_code_are_three_however_many_tabs_guess"],
        ["life of a code", f"{settings.CODE_MINUTES} minutes, once", "members/codes.py", f"{signin}::test_a_code_is_good_for_ten_minutes"],
        ["applications to join", in_words(rates["apply"]), at, "members/test_joining.py::test_too_many_applications_are_slowed_down"],
        ["opening the link of an invitation", in_words(rates["open_link"]), at, "members/test_joining.py::test_a_dead_link_opens_nothing"],
        ["life of an invitation", f"{settings.INVITATION_DAYS} days (`INVITATION_DAYS`), once", "members/tokens.py", "members/test_joining.py::test_an_invitation_lives_fourteen_days"],
        ["life of a guest's link to a symposium", f"{symposium.PASS_DAYS} days, once", "symposium/actions/registration.py", "symposium/test_registration.py::test_a_guests_link_dies_with_a_newer_one_and_with_its_days"],
        ["a session left alone", f"{settings.IDLE_MINUTES} minutes (`IDLE_MINUTES`); {settings.STAFF_IDLE_MINUTES} in the staff area (`STAFF_IDLE_MINUTES`)", "members/sessions.py", "members/test_sessions.py::test_an_hour_without_doing_anything_ends_it"],
        ["a session", f"{settings.SESSION_HOURS} hours (`SESSION_HOURS`)", "members/sessions.py", "members/test_sessions.py::test_twelve_hours_end_it_whatever_one_does"],
        ["a sign-in that counts as fresh", f"{settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60} minutes", at, "members/test_signin_factors.py::test_an_old_sign_in_changes_no_factor"],
        ["messages, edits, reactions, files, requests of one member", "30 a minute together (`WRITES_A_MINUTE`)", "access/pace.py", "access/test_pace.py::test_twenty_at_once_get_no_more_turns_than_there_are"],
        ["a message", f"{discussions.LONGEST:,} characters, {discussions.MOST_FILES} files", "discussions/actions/posts.py", "discussions/test_actions.py::test_the_longest_post_passes_and_one_character_more_is_refused"],
        ["reports of a member", f"{moderation.MOST_FLAGS} a day", "discussions/actions/moderation.py", "discussions/test_moderation.py::test_so_many_a_day_and_no_more"],
        ["posts that a moderator moves, merges or splits at once", f"{moving.MOST_MOVED}", "discussions/actions/moving.py", "discussions/test_moving.py::test_not_more_than_can_be_done_at_once"],
        ["pins of a room", f"{discussions.MOST_PINS}", "discussions/actions/posts.py", "discussions/test_races.py::test_the_eleventh_pin_loses"],
        ["the body of a form", f"{bodies.FORM // mb} MB; more is kept nowhere", "cop/bodies.py", "cop/test_bodies.py::test_a_body_said_to_be_too_long_fills_neither_memory_nor_disk"],
        ["an upload", f"{settings.MAX_UPLOAD_MB} MB (`MAX_UPLOAD_MB`)", "cop/bodies.py", "cop/test_bodies.py::test_a_body_that_does_not_say_its_length_is_kept_no_further_than_the_limit"],
        ["files of a group", f"{settings.GROUP_STORAGE_MB} MB (`GROUP_STORAGE_MB`)", "files/actions.py", f"{here}::test_a_full_space_is_said"],
        ["uploads of one member without a message", f"{files.MOST_WAITING}, for a day", "files/actions.py", f"{here}::test_nobody_fills_the_space_with_what_no_message_brings"],
        ["a text file", f"{files.LONGEST_TEXT // mb} MB, looked through one at a time", "files/actions.py", f"{here}::test_a_text_too_long_to_look_through_is_refused"],
        ["an image", f"{recognise.MAX_PIXELS:,} pixels, two at a time", "files/recognise.py", "files/test_recognise.py::test_an_image_of_too_many_pixels_is_refused_before_it_is_opened"],
        ["an office document", f"unpacked {recognise.MAX_UNPACKED // mb} MB, and {recognise.MAX_RATIO} times its size (it is not unpacked)", "files/recognise.py", "files/test_recognise.py::test_what_we_do_not_take_is_refused_in_a_sentence"],
        ["a page of a PDF", f"{pages.SECONDS} s and {pages.MEMORY // mb} MB in a process of its own, two at a time; {settings.PREVIEW_PAGES} pages (`PREVIEW_PAGES`)", "files/pages.py", f"{here}::test_a_pdf_is_shown_as_pictures_of_its_pages"],
        ["a mail that comes in", f"{settings.MAIL_MOST_MB} MB (`MAIL_MOST_MB`), {server.MOST_RECIPIENTS} recipients, {reading.MOST_PARTS} parts, {reading.DEEPEST} deep, {sorting.TRIES} tries", "mailroom/server.py", "mailroom/test_server.py::test_unknown_addresses_too_much_and_too_many_are_refused_at_the_door"],
        ["life of a reply address", f"{addresses.GOOD_FOR.days} days after the newest letter that carries it", "notifications/addresses.py", "mailroom/test_sorting.py::test_addresses_end_with_sessions_by_hand_and_by_time"],
        ["answers to a refused mail", f"one in {refusing.DAY // 3600} hours for a sender and a reason", "mailroom/refusing.py", "mailroom/test_sorting.py::test_a_stranger_is_told_once_a_day_that_members_write_here"],
        ["answers of a feed", f"{feeds.AN_HOUR} an hour, {feeds.SHOWN} posts", "notifications/feeds.py", "notifications/test_feeds.py::test_a_reader_that_asks_too_often_waits"],
        ["answers of a calendar's address", f"{calendars.AN_HOUR} an hour", "meetings/feeds.py", "meetings/test_feeds.py::test_a_calendar_that_asks_too_often_waits"],
        ["asking whether a certificate is valid", f"{credit.AN_HOUR} an hour of a network address", "symposium/views/credit.py", "symposium/test_certificates.py::test_whoever_asks_too_often_waits"],
        ["a participant report of a video room", f"{VideoReportForm.MOST // mb} MB, {video_reports.MOST:,} rows", "meetings/video_reports.py", "meetings/test_imports.py::test_what_cannot_be_read_is_refused_with_the_way_out"],
        ["proposals of a member", f"{proposals.MOST_PROPOSALS} a symposium, {proposals.MOST_PRESENTERS} co-presenters each", "symposium/actions/proposals.py", "symposium/test_call.py::test_nobody_proposes_without_end"],
        ["a frame from a page", f"{consumer.LONGEST // 1024} KiB", "spaces/consumer.py", f"{bad}::test_a_frame_over_64_kib_is_refused_and_the_socket_closed"],
        ["frames from a page", f"{consumer.RATE:g} a second after {consumer.BURST:g} at once; closed after {consumer.PATIENCE} too many", "spaces/consumer.py", f"{bad}::test_a_flood_is_refused_then_closed_and_others_do_not_notice"],
        ["spaces of a socket", f"{consumer.SPACES}", "spaces/consumer.py", f"{bad}::test_a_frame_that_makes_no_sense_gets_an_error_and_the_socket_stays"],
        ["a socket that says nothing", seconds.format(consumer.GREETING), "spaces/consumer.py", "security/test_socket.py::test_whoever_knocks_and_says_nothing_is_sent_away"],
        ["sent and not acknowledged", f"{sockets.UNACKNOWLEDGED_EVENTS} items or {sockets.UNACKNOWLEDGED_WEIGHT // 1024} Ki characters, for 10 s", "spaces/sockets.py", "spaces/test_hub.py::test_a_reader_that_never_acknowledges_is_closed_and_costs_nobody"],
        ["a long poll", f"{longpoll.LONGEST:g} s, {longpoll.AT_ONCE} at once of a session", "spaces/longpoll.py", f"{poll}::test_many_long_polls_hold_no_thread"],
    ]  # fmt: skip


def page_of_access() -> str:
    return f"""# Who gets what from every address

Printed from `tests/access_table.py`, which `tests/test_access_table.py` compares with the running site: every address ×
every kind of person of `tests/people.py`. In short and in words: [SECURITY.md](../SECURITY.md#who-can-read-what).

● gets it; → is led on, after something is done or to where it is; *in* is sent to sign in; else the status: 401 to 403
may not, 404 does not exist for them, 409 and 422 are told why not, 405 is not done that way, 410 is over. *closed* is a
deactivated account, *unsigned* has not signed the covenant. An address that stands more than once is asked about another
thing.

{access()}
"""


def page_of_limits() -> str:
    rows = [[what, how, f"`{where}`", f"`{test}`"] for what, how, where, test in limits()]
    kinds = [
        [kind.label, ", ".join(f"`{ending}`" for ending in kind.endings), kind.content_type] for kind in recognise.TYPES
    ]
    return f"""# What is limited

Printed from the code. Names in capitals are settings; tests are named from `tests/`. Who meets a limit is told so with a
sentence, and what they typed is kept.

{table(["what", "how much", "where", "tested by"], ["---"] * 4, *rows)}

Wrong passwords count against an account for five minutes, and fifty of them for a day. Whoever goes on guessing from many
network addresses can so keep a member from their password and, by asking for codes, from codes; never from a passkey.

## Files that are taken

By their content; the ending must agree. Images are written anew, without metadata; documents with macros are refused. All
are handed out as attachments that cannot run, and are scanned first where `CLAMD_ADDRESS` names a scanner.

{table(["kind", "endings", "sent as"], ["---"] * 3, *kinds)}
"""


PAGES = {"access.md": page_of_access, "limits.md": page_of_limits}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())

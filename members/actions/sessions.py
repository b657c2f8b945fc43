"""Signing in, signing out, and what follows for a member's other open pages."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from audit.trail import append
from members import sessions
from members.codes import code_of
from members.models import Member
from spaces.inbox import access_changed
from worker import letters

# What allauth calls a change of how somebody signs in, and what their letter calls it.
CHANGES = {
    "password_changed": "Your password was changed.",
    "password_set": "A password was set.",
    "password_reset": "Your password was reset.",
    "email_changed": "Your address was changed to another one; this one no longer signs you in.",
    "totp_activated": "An authenticator app was added.",
    "totp_deactivated": "Your authenticator app was removed.",
    "webauthn_added": "A passkey was added.",
    "webauthn_removed": "A passkey was removed.",
    "recovery_codes_generated": "New recovery codes were made; the old ones no longer work.",
}


def note_sign_in(*, member: Member, ways: list[str]) -> None:
    append("session.begun", subject=member, by=member, facts={"ways": ways})


@transaction.atomic
def note_sign_out(*, member: Member) -> None:
    append("session.ended", subject=member, by=member)
    access_changed([member], by=member)


@transaction.atomic
def end_session(*, session: UserSession, by: Member) -> None:
    """End one session, its pages and its sockets."""
    append("session.ended", subject=session.user, by=by)
    sessions.leave(session.session_key)
    session.end()
    access_changed([session.user], by=by)


@transaction.atomic
def sign_out_everywhere(*, member: Member, by: Member | None) -> None:
    append("sessions.ended", subject=member, by=by)
    sessions.end_all(member)
    access_changed([member], by=by)


@transaction.atomic
def change_sign_in(*, member: Member, what: str, told: str) -> None:
    """After a change of password, factor or address: tell the member, at the old address too, and end every session."""
    append("sign_in.changed", subject=member, by=member, facts={"what": what})
    letters.send(told, "sign_in_changed", {"member": member, "what": CHANGES[what], "at": now()})
    sessions.end_all(member)
    access_changed([member], by=member)


def send_fresh_code(*, member: Member, seed: str) -> None:
    """Send the code of this seed to the member's own address."""
    letters.send(
        member.email,
        "sign_in_code",
        {"member": member, "code": code_of(seed), "minutes": settings.CODE_MINUTES},
    )


def end_sessions_over() -> int:
    """End what has lasted too long or was left alone, so that its sockets close too."""
    ended = 0
    for session in sessions.over():
        with transaction.atomic():
            session.end()
            access_changed([session.user])
        ended += 1
    return ended

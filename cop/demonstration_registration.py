"""Registration for the demonstration's symposium: some come, one waits, one was invited as a guest."""

from datetime import timedelta

from django.utils.timezone import now

from members.models import Member
from symposium import actions
from symposium.models import Edition
from symposium.registering import open_categories

THREADS_OF_CARE = """Two half-days, online: what we do for body and mind, in law and medicine, with communities and \
interpreters, and for ourselves."""


def load_registrations(people: dict[str, Member]) -> None:
    staff = people["Stan Staff"]
    edition = Edition.objects.exclude(published_at=None).first() or _edition(staff)
    desk = actions.set_up_desk(
        edition=edition,
        by=staff,
        opens_at=now() - timedelta(days=7),
        seats=5,
        offer_hours=48,
    )
    for name, details in (
        ("Thea Therapist", {}),
        ("Petra Physician", {}),
        ("Nils Nurse", {"accommodation": "Captions, please."}),
        ("Sol Social-Work", {}),
        ("Orla Specialist", {}),
        ("Dara Director", {}),
    ):
        category = open_categories(people[name], desk)[0]
        actions.register(desk=desk, category=category, by=people[name], details=details)
    guests = desk.categories.get(name="Invited guests")
    actions.invite_guest(category=guests, email="guest@example.org", by=staff)


def _edition(staff: Member) -> Edition:
    first_on = (now() + timedelta(days=75)).date()
    edition = actions.open_edition(
        by=staff,
        title="Threads of Care",
        slug=str(first_on.year),
        description=THREADS_OF_CARE,
        zone="America/New_York",
        first_on=first_on,
        last_on=first_on + timedelta(days=1),
    )
    actions.publish_edition(edition=edition, by=staff)
    return edition

"""Who sees whom, and what of them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from access import may
from members.actions.people import edit_profile
from members.forms.names import NameField
from members.models import Discipline, Language, Member
from tests.members.compare import same
from tests.people import make_member

DIRECTORY = "/people/"


def list_in_directory(member, *shown, **choices):
    member.listed_at, member.shown_fields = now(), list(shown)
    member.save()
    for name, value in choices.items():
        getattr(member, name).set(value)


def choice(model, name):
    return model.objects.get_or_create(name=name)[0]


def names(response):
    return [person.name for person in response.context["page"]]


def test_one_sees_oneself_ones_group_and_who_is_listed(cast):
    list_in_directory(cast.outsider)
    seen = set(Member.objects.visible_to(cast.member))
    assert seen == {cast.member, cast.colleague, cast.facilitator, cast.lapsed, cast.unsigned, cast.outsider}


def test_who_left_the_group_is_not_seen_any_more(cast):
    cast.group.space.memberships.filter(member=cast.colleague).update(left_at=now())
    assert cast.colleague not in Member.objects.visible_to(cast.member)


def test_who_is_not_eligible_sees_only_themselves(cast):
    list_in_directory(cast.outsider)
    assert list(Member.objects.visible_to(cast.lapsed)) == [cast.lapsed]


def test_who_has_not_signed_the_covenant_sees_nobody_of_the_group(cast):
    assert list(Member.objects.visible_to(cast.unsigned)) == [cast.unsigned]


def test_a_closed_account_is_not_seen(cast):
    list_in_directory(cast.deactivated)
    assert cast.deactivated not in Member.objects.visible_to(cast.member)


def test_an_unseen_person_and_one_who_does_not_exist_answer_alike(cast, client):
    client.force_login(cast.member)
    unseen = client.get(reverse("members:person", args=[cast.outsider.pk]))
    nobody = client.get(reverse("members:person", args=["00000000-0000-4000-8000-000000000000"]))
    assert unseen.status_code == nobody.status_code == 404
    assert same(unseen) == same(nobody)


def test_the_directory_lists_only_who_chose_to(cast, client):
    list_in_directory(cast.outsider)
    client.force_login(cast.member)
    assert names(client.get(DIRECTORY)) == ["Olive Outsider"]


def test_the_directory_is_closed_to_who_is_eligible_for_nothing(cast, client):
    client.force_login(cast.lapsed)
    assert client.get(DIRECTORY).status_code == 403
    client.force_login(cast.staff)
    assert client.get(DIRECTORY).status_code == 200


@pytest.mark.parametrize("shown", [[], ["languages"], ["about", "email"]])
def test_an_entry_shows_what_was_chosen_and_no_more(cast, client, shown):
    person = cast.outsider
    person.about, person.pronouns = "I write about sleep.", "xe/xem"
    list_in_directory(
        person,
        *shown,
        languages=[choice(Language, "Tigrinya")],
        disciplines=[choice(Discipline, "Nursing")],
    )
    client.force_login(cast.member)
    secrets = {
        "about": "I write about sleep.",
        "email": person.email,
        "languages": "Tigrinya",
        "disciplines": "Nursing",
        "organisation": "Prairie Bridge",
        "pronouns": "xe/xem",
    }
    page = client.get(person.get_absolute_url()).content.decode()
    assert {name for name, text in secrets.items() if text in page} == set(shown)


def test_filters_find_only_what_is_shown(cast, client):
    nursing = choice(Discipline, "Nursing")
    list_in_directory(cast.outsider, "disciplines", "organisation", "state", disciplines=[nursing])
    list_in_directory(cast.colleague, disciplines=[nursing])
    client.force_login(cast.member)
    assert names(client.get(DIRECTORY, {"discipline": nursing.pk})) == ["Olive Outsider"]
    assert names(client.get(DIRECTORY, {"organisation": cast.away.pk})) == ["Olive Outsider"]
    assert names(client.get(DIRECTORY, {"state": "ND"})) == ["Olive Outsider"]
    assert names(client.get(DIRECTORY, {"language": choice(Language, "Tigrinya").pk})) == []
    assert names(client.get(DIRECTORY, {"name": "cole"})) == ["Cole Colleague"]


def test_the_filters_themselves_do_not_tell_what_is_hidden(cast, client):
    list_in_directory(cast.outsider)
    client.force_login(cast.member)
    page = client.get(DIRECTORY).content.decode()
    assert "Prairie Bridge" not in page
    assert '"ND"' not in page


@pytest.mark.parametrize("value", ["nonsense", "999999", "\x00", "-1", "99999999999999999999"])
@pytest.mark.parametrize("name", ["name", "discipline", "language", "state", "organisation", "page"])
def test_a_strange_filter_does_no_harm(cast, client, name, value):
    client.force_login(cast.member)
    assert client.get(DIRECTORY, {name: value}).status_code == 200


def test_the_directory_asks_as_much_for_fifty_as_for_one(cast, client):
    everything = list(Member.SHOWABLE)
    list_in_directory(cast.outsider, *everything, languages=[choice(Language, name) for name in "ABC"])
    client.force_login(cast.member)
    client.get(DIRECTORY)
    with CaptureQueriesContext(connection) as with_one:
        client.get(DIRECTORY)
    for number in range(49):
        person = make_member(f"Person {number}", cast.home)
        list_in_directory(person, *everything, languages=[choice(Language, name) for name in "ABC"])
    with CaptureQueriesContext(connection) as with_fifty:
        assert len(names(client.get(DIRECTORY))) == 24
    assert len(with_fifty) == len(with_one) <= 25


def profile_values(member, **changes):
    return {
        "name": member.name,
        "pronouns": "",
        "time_zone": "Pacific/Guam",
        "about": "",
        "disciplines": [],
        "languages": [],
        **changes,
    }


def test_a_profile_is_saved_and_shows_times_in_the_members_zone(cast, client):
    client.force_login(cast.member)
    nursing = choice(Discipline, "Nursing")
    values = profile_values(cast.member, listed="on", shown_fields=["disciplines"], disciplines=[nursing.pk])
    assert client.post("/profile/", values).status_code == 302
    cast.member.refresh_from_db()
    assert (cast.member.time_zone, cast.member.shown_fields) == ("Pacific/Guam", ["disciplines"])
    assert list(cast.member.disciplines.all()) == [nursing]
    assert cast.member.listed_at
    client.post("/profile/", profile_values(cast.member))
    cast.member.refresh_from_db()
    assert (cast.member.listed_at, cast.member.shown_fields) == (None, [])


def test_a_profile_takes_only_its_own_fields(cast, client):
    client.force_login(cast.member)
    client.post("/profile/", profile_values(cast.member, email="other@example.org", deactivated_at="2020-01-01"))
    cast.member.refresh_from_db()
    assert (cast.member.email, cast.member.deactivated_at) == ("mara.member@example.org", None)


def test_a_profile_with_a_mistake_keeps_what_was_typed(cast, client):
    client.force_login(cast.member)
    answer = client.post("/profile/", profile_values(cast.member, name="", about="Long thoughts."))
    assert answer.status_code == 200
    assert "Long thoughts." in answer.content.decode()
    cast.member.refresh_from_db()
    assert cast.member.name == "Mara Member"


def test_only_oneself_edits_a_profile(cast):
    assert may(cast.member, "profile.edit", cast.member)
    assert not may(cast.admin, "profile.edit", cast.member)


def test_a_new_name_leaves_a_trace(cast):
    from audit.models import Entry

    values = {"pronouns": "", "about": "", "time_zone": "Pacific/Guam", "disciplines": [], "languages": []}
    edit_profile(member=cast.member, by=cast.member, name="Mara M.", listed=False, shown_fields=[], **values)
    assert Entry.objects.filter(verb="member.renamed").count() == 1


def test_my_data_are_mine_and_can_be_taken_away(cast, client):
    client.force_login(cast.contact)
    assert client.get("/profile/data/").status_code == 200
    kept = client.get("/profile/data/download/").json()
    assert kept["profile"]["email"] == cast.contact.email
    assert [one["name"] for one in kept["organisations"]] == ["Harbor Light Healing Center"]
    assert [one["role"] for one in kept["roles"]] == ["Organisation contact"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mara\r\nBcc: everyone@example.org", "Mara Bcc: everyone@example.org"),
        ("Mara \u202eevil\u200b Member\x7f", "Mara evil Member"),
        ("  Mara\u00a0\u3000Member ", "Mara Member"),
        ("مهدی\u200cزاده", "مهدی\u200cزاده"),
    ],
)
def test_a_name_hides_turns_and_breaks_nothing(typed, kept):
    assert NameField().clean(typed) == kept


@pytest.mark.parametrize("typed", ["\u200b\u200d", "123 45", "…", "\u202e"])
def test_a_name_has_letters(typed):
    with pytest.raises(ValidationError):
        NameField().clean(typed)


def test_the_profile_keeps_a_name_on_one_line(client, cast):
    client.force_login(cast.member)
    client.post("/profile/", {"name": "Mara\nMember\u202e", "time_zone": "America/Chicago"})
    cast.member.refresh_from_db()
    assert cast.member.name == "Mara Member"

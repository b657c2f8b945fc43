import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from audit.trail import append
from members import exchange
from members.actions.exchange import export_organisations, import_organisations
from members.actions.joining import issue_invitation
from members.actions.organisations import start_affiliation
from members.eligibility import eligibility
from members.models import Application, Basis, Domain, EligibilityRule, Organisation
from spaces.inbox import inbox_of
from tests.people import make_member, make_organisation, sign_in


@pytest.fixture
def staff(client, cast):
    sign_in(client, cast.staff)
    return client


def award_form(**about):
    return {
        "number": "90ZT9100",
        "award_type": "DS",
        "starts_on": "2026-09-30",
        "ends_on": "2027-09-29",
        "evidence": "Notice of award",
        "override_reason": "",
    } | about


# Organisations and bases


def test_staff_add_an_organisation_with_domains_and_an_award(staff, cast):
    form = {
        "name": "Cedar Gate Clinic",
        "state": "WA",
        "time_zone": "America/Los_Angeles",
        "website": "cedar.example.org",
        "domains": "Cedar.example.org\nclinic.example.org",
    }
    answer = staff.post(reverse("members:organisation_add"), form)
    cedar = Organisation.objects.get(name="Cedar Gate Clinic")
    assert answer.url == cedar.get_absolute_url()
    assert [domain.name for domain in cedar.domains.all()] == ["cedar.example.org", "clinic.example.org"]
    assert cedar.website == "https://cedar.example.org"
    staff.post(reverse("members:award_add", args=[cedar.pk]), award_form())
    staff.post(
        reverse("members:membership_add", args=[cedar.pk]),
        {"level": "Full member", "starts_on": "2026-01-01", "ends_on": "2026-12-31"},
    )
    assert {str(basis) for basis in cedar.bases.all()} == {"ORR award 90ZT9100", "NCTTP membership Full member"}
    assert list(Entry.objects.values_list("verb", flat=True)) == ["organisation.added", "basis.added", "basis.added"]


def test_a_correction_is_in_the_trail_with_before_and_after(staff, cast):
    basis = cast.home.bases.get()
    page = staff.get(reverse("members:basis_edit", args=[basis.pk]))
    form = award_form(
        number="90zt9001-04-00", starts_on="2022-09-30", ends_on="2027-09-29", seen=page.context["form"]["seen"].value()
    )
    before = inbox_of(cast.member).last_seq
    staff.post(reverse("members:basis_edit", args=[basis.pk]), form)
    facts = Entry.objects.get(verb="basis.changed").facts
    assert facts["number"] == ["90ZT9001", "90ZT9001-04-00"]
    assert facts["ends_on"] == [basis.ends_on.isoformat(), "2027-09-29"]
    assert "starts_on" not in facts
    assert inbox_of(cast.member).last_seq == before + 1


def test_saving_without_a_change_leaves_no_trace(staff, cast):
    basis = cast.home.bases.get()
    form = award_form(
        number=basis.number, starts_on=basis.starts_on.isoformat(), ends_on=basis.ends_on.isoformat(), evidence=""
    )
    assert staff.post(reverse("members:basis_edit", args=[basis.pk]), form).status_code == 302
    assert Entry.objects.count() == 0


def test_of_two_editors_the_second_is_told(staff, cast):
    url = reverse("members:basis_edit", args=[cast.home.bases.get().pk])
    seen = staff.get(url).context["form"]["seen"].value()
    assert staff.post(url, award_form(seen=seen, evidence="One letter")).status_code == 302
    second = staff.post(url, award_form(seen=seen, evidence="Another letter"))
    assert (second.status_code, second.context["form"]["evidence"].value()) == (422, "Another letter")
    assert second.context["form"].non_field_errors() == [
        "Somebody changed this while you were writing. Load the page again to see it, then save."
    ]
    assert cast.home.bases.get().evidence == "One letter"


@pytest.mark.parametrize(
    ("number", "reason", "status"),
    [
        ("90ZT0123", "", 302),
        ("90zt0123-04-00", "", 302),
        ("HHS-2026-ACF", "", 422),
        ("HHS-2026-ACF", "The number on the notice of award.", 302),
        ("90ZT01234", "", 422),
        ("90ZT0123-4-0", "", 422),
        ("", "No number yet.", 422),
    ],
)
def test_award_numbers_are_checked_loosely(staff, cast, number, reason, status):
    url = reverse("members:award_add", args=[cast.home.pk])
    page = staff.post(url, award_form(number=number, override_reason=reason))
    assert page.status_code == status
    assert Basis.objects.filter(override_reason=reason, number=number.upper()).exists() == (status == 302)


@pytest.mark.parametrize(
    "wrong", [{"ends_on": "2026-09-29"}, {"ends_on": "2150-01-01"}, {"starts_on": "soon"}, {"award_type": "XX"}]
)
def test_a_form_with_an_error_keeps_what_was_typed(staff, cast, wrong):
    page = staff.post(reverse("members:award_add", args=[cast.home.pk]), award_form(**wrong))
    assert (page.status_code, page.context["form"]["evidence"].value()) == (422, "Notice of award")
    assert cast.home.bases.count() == 1


@pytest.mark.parametrize("domain", ["gmail.com", "xn--clnic-2vf.org", "clinic", "a b@c", "evil_clinic.org", "-a.org"])
def test_a_domain_that_is_not_one_organisations_is_refused(staff, cast, domain):
    form = {"name": "New", "state": "WA", "time_zone": "America/Los_Angeles", "domains": domain}
    assert staff.post(reverse("members:organisation_add"), form).status_code == 422


def test_a_domain_belongs_to_one_organisation(staff, cast):
    Domain.objects.create(organisation=cast.away, name="clinic.example.org")
    form = {"name": "New", "state": "WA", "time_zone": "America/Los_Angeles", "domains": "clinic.example.org"}
    page = staff.post(reverse("members:organisation_add"), form)
    assert (page.status_code, Organisation.objects.filter(name="New").exists()) == (422, False)
    assert b"Another organisation has this name or one of these domains." in page.content


def test_a_name_in_other_letters_is_the_same_name(staff, cast):
    form = {"name": cast.home.name.upper(), "state": "MN", "time_zone": "America/Chicago"}
    assert staff.post(reverse("members:organisation_add"), form).status_code == 422


def test_staff_narrow_a_service_by_a_rule(staff, cast):
    rule = EligibilityRule.objects.get(service="meetings", basis="orr_award")
    form = {
        "service": "meetings",
        "basis": "orr_award",
        "valid_from": "2000-01-01",
        "valid_to": (date.today() - timedelta(days=40)).isoformat(),  # noqa: DTZ011
        "reason": "Offered to others only.",
    }
    assert staff.post(reverse("members:rule_edit", args=[rule.pk]), form).status_code == 302
    assert (eligibility(cast.member, "meetings").state, eligibility(cast.member, "groups").state) == ("closed", "open")
    assert Entry.objects.get(verb="rule.changed").facts["reason"] == "Offered to others only."


def test_staff_link_a_member_to_an_organisation(staff, cast):
    url = reverse("members:affiliation_add", args=[cast.expert.pk])
    form = {"organisation": str(cast.home.pk), "title": "Nurse", "starts_on": "2026-01-01"}
    assert staff.post(url, form).status_code == 302
    assert eligibility(cast.expert, "groups").state == "open"
    with pytest.raises(Refusal, match="linked to Harbor Light Healing Center already"):
        start_affiliation(
            member=cast.expert, organisation=cast.home, title="", starts_on=date(2026, 2, 1), by=cast.staff
        )


# Who sees what


def test_members_see_of_their_organisation_only_who_chose_to_be_listed(client, cast):
    cast.facilitator.listed_at = now()
    cast.facilitator.save()
    url = reverse("members:organisation", args=[cast.home.pk])

    def people(viewer):
        sign_in(client, viewer)
        return {one.member.name for one in client.get(url).context["people"]}

    everyone = {"Mara Member", "Uma Unsigned", "Fay Facilitator", "Connie Contact"}
    assert people(cast.member) == {"Fay Facilitator"}
    assert people(cast.contact) == people(cast.specialist) == people(cast.staff) == everyone


def test_the_banner_tells_a_lapsed_member_what_to_do(client, cast):
    sign_in(client, cast.lapsed)
    page = client.get(reverse("members:organisation", args=[cast.gone.pk])).content.decode()
    assert "Closed to you for now" in page
    assert "Ask your organisation&#x27;s contact to renew it with NCB staff." in page
    sign_in(client, cast.member)
    assert 'class="notice bad standing"' not in client.get(reverse("members:profile")).content.decode()


def many_rows(number):
    """So many more of everything that a list of the staff area shows."""
    for index in range(number):
        organisation = make_organisation(f"Organisation {number}-{index}", ends_in=[5, 20, 50, -10, -200][index % 5])
        member = make_member(f"Person {number} {index}", organisation, "contact")
        issue_invitation(
            email=f"i{number}-{index}@example.org", organisation=organisation, by=member, roles=["facilitator"]
        )
        Application.objects.create(
            name=f"Applicant {index}",
            email=f"a{number}-{index}@example.org",
            organisation=organisation,
            token_hash=f"{number}-{index}",
            token_expires_at=now(),
            confirmed_at=now(),
            **({"decided_at": now(), "decided_by": member, "outcome": "refused"} if index % 2 else {}),
        )
        append("export.made", subject=organisation, by=member)


@pytest.mark.parametrize(
    "name", ["staff", "applications", "invitations", "organisations", "lapses", "members", "rules", "trail"]
)
def test_a_list_costs_as_many_queries_for_many_rows(client, cast, name):
    sign_in(client, cast.admin)
    many_rows(1)
    client.get(reverse(f"members:{name}"))
    with CaptureQueriesContext(connection) as few:
        assert client.get(reverse(f"members:{name}")).status_code == 200
    many_rows(50)
    with CaptureQueriesContext(connection) as many:
        assert client.get(reverse(f"members:{name}")).status_code == 200
    assert len(many) == len(few)


def test_an_organisations_page_costs_as_many_queries_for_many_people(client, cast):
    sign_in(client, cast.contact)
    url = reverse("members:organisation", args=[cast.home.pk])

    def fill(number):
        for index in range(number):
            make_member(f"Person {number} {index}", cast.home)
            issue_invitation(email=f"i{number}-{index}@example.org", organisation=cast.home, by=cast.contact)

    fill(1)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    fill(30)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) == len(few)


def test_lists_have_pages(staff, cast):
    many_rows(30)
    page = staff.get(reverse("members:members"), {"q": "person"})
    assert (len(page.context["page"].object_list), page.context["page"].paginator.count) == (25, 30)
    assert len(staff.get(reverse("members:members"), {"q": "person", "page": "2"}).context["page"].object_list) == 5


def test_members_are_found_by_name_role_organisation_and_state(staff, cast):
    def found(**query):
        return {member.name for member in staff.get(reverse("members:members"), query).context["page"]}

    assert found(q="mara") == {"Mara Member"}
    assert found(role="facilitator") == {"Fay Facilitator"}
    assert found(organisation=str(cast.gone.pk)) == {"Lars Lapsed"}
    assert found(state="deactivated") == {"Dea Deactivated"}
    assert found(q="nobody at all") == set()


def test_who_is_about_to_lapse(staff, cast):
    for days in (3, 20, 50, 61, -10):
        make_organisation(f"Ends in {days}", ends_in=days)
    page = staff.get(reverse("members:lapses"))
    assert {title: [str(one) for one, _ in rows] for title, _, rows in page.context["sections"]} == {
        "Within 7 days": ["Ends in 3"],
        "Within 30 days": ["Ends in 20"],
        "Within 60 days": ["Ends in 50"],
        "In grace: read-only": ["Ends in -10"],
        "Closed": ["Lakeside Family Recovery"],
    }


def test_many_lapses_have_pages(staff, cast):
    for number in range(30):
        make_organisation(f"Ends {number}", ends_in=3)
    first, second = (staff.get(reverse("members:lapses"), {"page": number}).context["sections"] for number in (1, 2))
    assert [(count, len(rows)) for _, count, rows in first] == [(30, 25), (0, 0), (0, 0), (0, 0), (1, 0)]
    assert [(count, len(rows)) for _, count, rows in second] == [(30, 5), (0, 0), (0, 0), (0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("organisations", {"q": "\x00"}),
        ("members", {"q": "\x00", "organisation": "\x00", "page": "9" * 30}),
        ("trail", {"who": "\x00", "subject": "\x00", "until": "9999-12-31"}),
        ("trail", {"since": "0001-01-01", "until": "0001-01-01"}),
        ("staff_invite", {"organisation": "\x00"}),
    ],
)
def test_a_search_for_what_cannot_be_is_a_page_and_no_error(client, cast, page, query):
    client.force_login(cast.admin)
    assert client.get(reverse(f"members:{page}"), query).status_code == 200


def test_the_trail_is_filtered_and_verified(client, cast):
    append("basis.ended", subject=cast.home.bases.get(), by=cast.staff, facts={"reason": "Over."})
    append("role.granted", subject=cast.member, by=cast.admin)
    sign_in(client, cast.privacy_officer)
    before = Entry.objects.count()

    def found(**query):
        return [row[0].verb for row in client.get(reverse("members:trail"), query).context["rows"]]

    assert found(verb="basis") == ["basis.ended"]
    assert found(who="Ada Admin") == ["role.granted"]
    assert found(who=str(cast.staff.pk)) == ["basis.ended"]
    assert found(subject=str(cast.member.pk), verb="role") == ["role.granted"]
    assert found(since="2999-01-01") == []
    assert Entry.objects.count() == before
    assert b"The trail is whole." in client.post(reverse("members:trail")).content
    Entry.objects.filter(number=1).delete() if connection.vendor == "sqlite" else untie(1)
    assert b"Entry 1 is missing." in client.post(reverse("members:trail")).content


def untie(number):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only")
        cursor.execute("DELETE FROM audit_entry WHERE number = %s", [number])


# Import and export

HEAD = ",".join(exchange.COLUMNS)
CEDAR = (
    "Cedar Gate Clinic,WA,Pacific,,cedar.example.org,90ZT9100,DS,2026-09-30,9/29/2027,Full member,1/1/2026,12/31/2026,"
    "Letter,"
)


def upload(client, raw, name="organisations.csv"):
    raw = raw.encode() if isinstance(raw, str) else raw
    return client.post(reverse("members:import"), {"file": SimpleUploadedFile(name, raw, "text/csv")})


def outcomes(page):
    return [line.outcome for line in page.context["plan"].lines]


def confirm(client, page):
    return client.post(reverse("members:import_confirm"), {"file": page.context["file"]})


def counts():
    return Organisation.objects.count(), Basis.objects.count(), Domain.objects.count(), Entry.objects.count()


def test_a_preview_writes_nothing_and_an_import_everything_once(staff, cast):
    before = counts()
    page = upload(staff, f"{HEAD}\n{CEDAR}\n")
    assert (page.status_code, outcomes(page), counts()) == (200, ["created"], before)
    assert confirm(staff, page).url == reverse("members:organisations")
    cedar = Organisation.objects.get(name="Cedar Gate Clinic")
    assert (cedar.state, cedar.time_zone) == ("WA", "America/Los_Angeles")
    assert [(str(basis), basis.starts_on, basis.ends_on) for basis in cedar.bases.all()] == [
        ("ORR award 90ZT9100", date(2026, 9, 30), date(2027, 9, 29)),
        ("NCTTP membership Full member", date(2026, 1, 1), date(2026, 12, 31)),
    ]
    assert Entry.objects.get(verb="organisations.imported").facts == {
        "created": 1,
        "changed": 0,
        "unchanged": 0,
        "error": 0,
    }
    after = counts()
    again = upload(staff, f"{HEAD}\n{CEDAR}\n")
    assert outcomes(again) == ["unchanged"]
    confirm(staff, again)
    assert counts() == (*after[:3], after[3] + 1)


def test_an_import_changes_what_differs_and_says_so(staff, cast):
    row = "Harbor Light Healing Center,,,,harbor.example.org,90ZT9001,TA,2022-09-30,2030-09-29,,,,,"
    page = upload(staff, f"{HEAD}\n{row}\n")
    line = page.context["plan"].lines[0]
    old = cast.home.bases.get().ends_on
    assert (line.outcome, line.changed) == (
        "changed",
        [
            "domain harbor.example.org added",
            "ORR award 90ZT9001: award_type DS → TA",
            f"ORR award 90ZT9001: ends_on {old} → 2030-09-29",
        ],
    )
    before = inbox_of(cast.member).last_seq
    confirm(staff, page)
    basis = cast.home.bases.get()
    assert (basis.award_type, basis.ends_on, cast.home.state) == ("TA", date(2030, 9, 29), "MN")
    assert inbox_of(cast.member).last_seq == before + 1


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (",WA,Pacific,,,,,,,,,,,", "The organisation's name is missing."),
        ("New,ZZ,Pacific,,,,,,,,,,,", "state: Select a valid choice. ZZ is not one of the available choices."),
        ("New,WA,,,,,,,,,,,,", "time_zone: This field is required."),
        ("New,WA,Pacific,,gmail.com,,,,,,,,,", "domains: gmail.com is not a domain of one organisation. Write it as in clinic.example.org."),  # noqa: E501
        ("New,WA,Pacific,,taken.example.org,,,,,,,,,", "domains: taken.example.org belongs to Prairie Bridge Survivor Services already."),  # noqa: E501
        ("New,WA,Pacific,,,90ZT9100,DS,31.12.2026,2027-01-01,,,,,", "award_start: “31.12.2026” is not a day. Write 2026-09-30 or 9/30/2026."),  # noqa: E501
        ("New,WA,Pacific,,,90ZT9100,DS,2027-01-02,2027-01-01,,,,,", "ends_on: The last day lies before the first."),
        ("New,WA,Pacific,,,ABC,DS,2026-01-01,2027-01-01,,,,,", "number: Award numbers look like 90ZT0123 or 90ZT0123-04-00. If this one is right, say why below."),  # noqa: E501
        ("New,WA,Pacific,,,,,,,Gold,2026-01-01,2027-01-01,,", "level: Select a valid choice. Gold is not one of the available choices."),  # noqa: E501
        ("New,WA,Pacific,,,90ZT9100,,2026-01-01,2027-01-01,,,,,", "award_type: This field is required."),
        ("New,WA,Pacific,,,,,,,,,,,,too much", "There are more cells than columns. Put cells with commas into quotation marks."),  # noqa: E501
    ],
)  # fmt: skip
def test_each_row_says_what_is_wrong_and_nothing_is_imported(staff, cast, row, error):
    Domain.objects.create(organisation=cast.away, name="taken.example.org")
    before = counts()
    page = upload(staff, f"{HEAD}\n{CEDAR}\n{row}\n")
    assert (outcomes(page), page.context["plan"].lines[1].errors) == (["created", "error"], [error])
    assert b"Nothing is imported while there is one." in page.content
    assert confirm(staff, page).context["plan"].counts["error"] == 1
    assert counts() == before


def test_rows_of_one_organisation_must_agree(staff, cast):
    rows = [
        "New,WA,Pacific,,,90ZT9100,DS,2026-01-01,2027-01-01,,,,,",
        "NEW,OR,,,,90ZT9100,DS,2026-01-01,2028-01-01,,,,,",
    ]
    page = upload(staff, "\n".join([HEAD, *rows]))
    assert page.context["plan"].lines[1].errors == ["state: “OR” here, “WA” in an earlier row of this organisation."]
    agreeing = rows[1].replace("OR", "")
    page = upload(staff, "\n".join([HEAD, rows[0], agreeing]))
    assert page.context["plan"].lines[1].errors == ["ORR award 90ZT9100: an earlier row says something else about it."]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", ";"), ("utf-8", "\t"), ("utf-8-sig", ",")],
)
def test_excels_ways_of_writing_are_read(staff, cast, encoding, delimiter):
    text = f"{HEAD}\r\nCentro “Álvarez” Clínica,NM,Mountain,,,,,,,,,,,\r\n".replace(",", delimiter)
    page = upload(staff, text.encode(encoding))
    assert outcomes(page) == ["created"]
    confirm(staff, page)
    assert Organisation.objects.filter(name="Centro “Álvarez” Clínica").exists()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The submitted file is empty."),
        (b"\n\n", "The file is empty."),
        (b"name,place\nx,y\n", "is not one of them"),
        (b"state\nMN\n", "must be there"),
        (b"organisation,organisation\nx,y\n", "must be there"),
        (b'organisation\n"open', "The file is broken"),
        (b"PK\x03\x04\x00\x00binary", "This is not a CSV file."),
        (b"organisation\n" + b"x" * (1024 * 1024), "larger than 1 MB"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(staff, cast, raw, said):
    page = upload(staff, raw)
    assert page.status_code == 422
    assert said in " ".join(page.context["form"].errors["file"])


def test_what_changed_since_the_preview_is_shown_again(staff, cast):
    row = "Harbor Light Healing Center,WI,,,,,,,,,,,,"
    page = upload(staff, f"{HEAD}\n{row}\n")
    Organisation.objects.filter(pk=cast.home.pk).update(state="IA")
    again = confirm(staff, page)
    cast.home.refresh_from_db()
    assert (again.status_code, cast.home.state) == (200, "IA")
    assert b"Somebody changed something since the preview." in again.content
    assert again.context["plan"].lines[0].changed == ["state: IA → WI"]


def test_a_preview_that_was_tampered_with_imports_nothing(staff, cast):
    page = upload(staff, f"{HEAD}\n{CEDAR}\n")
    answer = staff.post(reverse("members:import_confirm"), {"file": page.context["file"] + "x"})
    assert (answer.url, Organisation.objects.filter(name="Cedar Gate Clinic").exists()) == (
        reverse("members:import"),
        False,
    )


def test_an_import_is_whole_or_nothing(cast, monkeypatch):
    text = f"{HEAD}\n{CEDAR}\n"
    planned = exchange.plan(exchange.read(text))
    before = counts()

    def fail(**about):
        raise Refusal("The disk is full.")

    monkeypatch.setattr("members.actions.exchange.write_basis", fail)
    with pytest.raises(Refusal):
        import_organisations(text=text, fingerprint=planned.fingerprint, by=cast.staff)
    assert counts() == before


def test_an_export_comes_back_unchanged(staff, cast):
    cast.away.bases.update(
        ended_at=now(), ended_reason="Terminated, by letter.", evidence='A "letter"; of two lines\nx'
    )
    Domain.objects.create(organisation=cast.home, name="harbor.example.org")
    answer = staff.post(reverse("members:export"))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="organisations-')
    assert "no-store" in answer.headers["Cache-Control"]
    page = upload(staff, answer.content)
    assert outcomes(page) == ["unchanged"] * 3
    assert Entry.objects.get(verb="organisations.exported").facts == {"rows": 3}


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_exported_cell_becomes_a_formula(cast, name):
    Organisation.objects.filter(pk=cast.home.pk).update(name=name)
    rows = list(csv.reader(io.StringIO(export_organisations(by=cast.staff), newline="")))
    assert [row[0] for row in rows if name in row[0]] == [f"'{name}"]
    assert all(not cell.startswith(exchange.FORMULA) for row in rows for cell in row)


def test_an_ended_award_is_not_revived_by_an_import(staff, cast):
    cast.home.bases.update(ended_at=now(), ended_reason="Terminated.")
    row = "Harbor Light Healing Center,,,,,90ZT9001,DS,2022-09-30,2035-09-29,,,,,"
    page = upload(staff, f"{HEAD}\n{row}\n")
    assert page.context["plan"].lines[0].errors == [
        "ORR award 90ZT9001 was ended by staff. Add it as a new one, with another first day."
    ]

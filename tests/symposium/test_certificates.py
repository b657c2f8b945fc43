"""Certificates: what they say, that everybody can read them, whether they are valid, and issuing them all."""

import ctypes
from datetime import timedelta
from decimal import Decimal

import page
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import typst
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from access import Refusal
from audit.models import Entry
from meetings.models import Attendance
from symposium.actions import go_on_with_a_run, purge_certificates, reissue, revoke, set_learner, start_run
from symposium.actions.certificates import AT_ONCE
from symposium.models import Certificate, CertificateRun, Evaluated
from symposium.papers import drawn, not_printable
from symposium.people import kept_of
from tests.people import make_member
from tests.symposium.live_days import a_rule, a_session, ask_for_evaluations, held_edition, say, say_terms, was_there

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast):
    edition = held_edition(cast)
    ask_for_evaluations(cast, edition)
    say_terms(cast, edition, statement="With thanks.")
    return edition


@pytest.fixture
def session(cast, edition):
    session = a_session(cast, edition)
    was_there(session, cast.member)
    return session


def issue(cast, edition):
    run = start_run(edition=edition, by=cast.staff)
    while go_on_with_a_run():
        pass
    run.refresh_from_db()
    return run


def certificates_of(cast, edition, session):
    """The member's of participation, and that for CE credit."""
    set_learner(edition=edition, by=cast.member, name="Mara Łukasz Member, LCSW", rules=[a_rule(cast, edition)])
    say(session, cast.member)
    issue(cast, edition)
    return Certificate.objects.get(profession=""), Certificate.objects.get(profession="Social workers")


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(one.get_textpage().get_text_range() for one in document)


def failures(content: bytes) -> list[str]:
    report = page.validate_pdf_bytes(content, profile="ua1")
    assert report.rules.total > 100
    return sorted(one.rule_id for one in report.failures)


def tags_of(content: bytes) -> list[tuple[str, str]]:
    """What a screen reader walks through on the first page: the kind of each element, and its alternative text."""
    found = []

    def text(read, element) -> str:
        size = read(element, None, 0)
        buffer = ctypes.create_string_buffer(size)
        read(element, buffer, size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    def walk(element) -> None:
        found.append(
            (text(pdfium.FPDF_StructElement_GetType, element), text(pdfium.FPDF_StructElement_GetAltText, element))
        )
        for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
            if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, number):
                walk(child)

    with pypdfium2.PdfDocument(content) as document:
        tree = pdfium.FPDF_StructTree_GetForPage(document[0])
        for number in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, number))
        pdfium.FPDF_StructTree_Close(tree)
    return found


def test_both_are_pdf_ua_and_the_checker_sees_what_is_not(cast, edition, session):
    for certificate in certificates_of(cast, edition, session):
        assert failures(drawn(certificate)) == []
    untagged = typst.compile(b'= Certificate\n#link("https://example.org")[x]\n=== Deep', format="pdf", pdf_tags=False)
    assert "PDFUA1-TAGGED-DOCUMENT-001" in failures(untagged)
    skipping = typst.compile(b"= Certificate\n=== Deep", format="pdf")
    assert "PDFUA1-HEADING-NESTING-001" in failures(skipping)
    with pytest.raises(typst.TypstError, match="PDF/UA-1"):
        typst.compile(b"= Certificate", format="pdf", pdf_standards=["ua-1"])


def test_it_reads_in_order_as_text(cast, edition, session):
    participation, credit = certificates_of(cast, edition, session)
    for certificate, words in (
        (participation, ["Certificate of participation", "took part in", "1 hour.", "With thanks.", "60 minutes"]),
        (
            credit,
            ["Certificate of continuing education", "earned credit for social workers at", "1 hour of credit.", "0000"],
        ),
    ):
        text = " ".join(text_of(drawn(certificate)).split())
        order = [
            words[0],
            "This certifies that",
            "Mara Łukasz Member, LCSW",
            words[1],
            "Threads of Care",
            "Live and online",
            words[2],
            words[3],
            "Nour Director, NCB",
            f"Number {certificate.serial}",
            certificate.verify_url,
            "Sessions",
            "Sleep groups",
            *words[4:],
        ]
        places = [text.index(one) for one in order]
        assert places == sorted(places)


def test_a_screen_reader_meets_a_heading_first_and_the_qr_code_says_what_it_is(cast, edition, session):
    certificate, _ = certificates_of(cast, edition, session)
    tags = tags_of(drawn(certificate))
    kinds = [kind for kind, _ in tags]
    assert kinds.count("H1") == 1
    (figure,) = [alt for kind, alt in tags if kind == "Figure"]
    assert figure.endswith(certificate.verify_url)
    assert "Link" in kinds


def test_it_is_the_same_file_whenever_it_is_drawn_and_says_what_it_said(cast, edition, session, settings, time_machine):
    settings.ACKNOWLEDGEMENT = "Funded by an invented award."
    certificate, _ = certificates_of(cast, edition, session)
    before = drawn(certificate)
    time_machine.move_to(now() + timedelta(days=400))
    settings.ACKNOWLEDGEMENT = "Funded by another."
    say_terms(cast, edition, signed_by="Somebody Else")
    assert drawn(Certificate.objects.get(pk=certificate.pk)) == before
    assert "Funded by an invented award." in text_of(before)


def test_markup_in_a_name_is_a_name(cast, edition, session):
    set_learner(edition=edition, by=cast.member, name='#panic("x") *Mara* $x$', rules=[])
    issue(cast, edition)
    assert '#panic("x") *Mara* $x$' in text_of(drawn(Certificate.objects.get()))


def test_letters_that_cannot_be_printed_are_refused_with_the_way_out(cast, client, edition):
    assert [not_printable(name) for name in ("Ana Đặng-O’Neill", "Олена", "محمد")] == ["", "", ""]
    client.force_login(cast.member)
    answer = client.post(reverse("symposium:my_certificates", args=[edition.slug]), {"name": "አበበ"})
    assert answer.status_code == 422
    assert "cannot print “አ”" in answer.content.decode()


def test_a_run_issues_what_each_has_earned_once(cast, edition, session):
    for number in range(AT_ONCE):
        was_there(session, make_member(f"Person {number}", cast.home))
    was_there(session, cast.colleague, (0, 20))
    run = start_run(edition=edition, by=cast.staff)
    with pytest.raises(Refusal, match="already"):
        start_run(edition=edition, by=cast.staff)
    go_on_with_a_run()
    run.refresh_from_db()
    assert (run.people, run.done, run.finished_at) == (AT_ONCE + 2, AT_ONCE, None)
    go_on_with_a_run()
    run.refresh_from_db()
    assert (run.done, run.issued, bool(run.finished_at)) == (AT_ONCE + 2, AT_ONCE + 1, True)
    assert not Certificate.objects.filter(member=cast.colleague).exists()
    assert issue(cast, edition).issued == 0
    assert go_on_with_a_run() == 0


def test_who_gets_some_is_written_to_once_and_nobody_else(cast, edition, session, mailoutbox):
    was_there(session, cast.colleague, (0, 20))
    issue(cast, edition)
    issue(cast, edition)
    (letter,) = mailoutbox
    assert letter.to == [cast.member.email]
    assert letter.subject == "Your certificates of Threads of Care"
    assert reverse("symposium:my_certificates", args=[edition.slug]) in letter.body


def test_a_member_takes_away_what_is_kept_of_their_certificates(cast, edition, session):
    certificate, _ = certificates_of(cast, edition, session)
    kept = kept_of(cast.member)
    assert certificate.serial in [one["number"] for one in kept["certificates"]]
    assert [one["what"] for one in kept["evaluated"]] == ["Sleep groups"]
    assert kept_of(cast.colleague)["certificates"] == []


def test_what_has_changed_is_issued_anew_and_what_was_revoked_is_not(cast, edition, session):
    participation, _ = certificates_of(cast, edition, session)
    set_learner(edition=edition, by=cast.member, name="Mara Renamed", rules=[])
    issue(cast, edition)
    new = Certificate.objects.valid().get(profession="")
    participation.refresh_from_db()
    assert (new.name, new.replaces, bool(participation.revoked_at)) == ("Mara Renamed", participation, True)
    revoke(certificate=new, by=cast.staff, reason="It was another Mara.")
    assert issue(cast, edition).issued == 0
    again = reissue(certificate=new, by=cast.staff)
    assert again.revoked_at is None
    with pytest.raises(Refusal, match="newer one"):
        reissue(certificate=new, by=cast.staff)
    Attendance.objects.all().delete()
    with pytest.raises(Refusal, match="not earned"):
        reissue(certificate=again, by=cast.staff)
    for act in (
        lambda: revoke(certificate=again, by=cast.member, reason="Mine."),
        lambda: reissue(certificate=again, by=cast.member),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_after_seven_years_they_are_destroyed_and_that_is_on_record(cast, edition, session, time_machine):
    certificates_of(cast, edition, session)
    set_learner(edition=edition, by=cast.member, name="Mara Renamed", rules=[])
    issue(cast, edition)
    time_machine.move_to(now() + timedelta(days=7 * 365))
    assert purge_certificates() == 0
    time_machine.move_to(now() + timedelta(days=5))
    assert purge_certificates() == 5
    assert not Certificate.objects.exists()
    assert not Evaluated.objects.exists()
    entry = Entry.objects.get(verb="certificates.purged")
    assert (entry.facts["certificates"], entry.facts["evaluated"]) == (3, 1)
    assert purge_certificates() == 0


def test_credit_waits_for_the_evaluation(cast, edition, session):
    rule = a_rule(cast, edition)
    set_learner(edition=edition, by=cast.member, name="Mara", rules=[rule])
    issue(cast, edition)
    assert not Certificate.objects.filter(profession=rule.profession).exists()
    say(session, cast.member)
    issue(cast, edition)
    assert Certificate.objects.get(profession=rule.profession).hours == Decimal(1)


def test_whoever_has_the_number_reads_whether_it_is_valid_and_not_whose_it_is(cast, client, edition, session):
    certificate, credit = certificates_of(cast, edition, session)
    answer = client.get(f"/symposium/verify/{certificate.serial.lower()}/")
    page_ = answer.content.decode()
    assert answer.status_code == 200
    assert "Valid" in page_
    assert "Threads of Care" in page_
    for secret in ("Mara", cast.member.email, "Social workers", "hour"):
        assert secret not in page_
    revoke(certificate=credit, by=cast.staff, reason="A secret reason.")
    page_ = client.get(f"/symposium/verify/{credit.serial}/").content.decode()
    assert "Not valid" in page_
    assert "A secret reason." not in page_
    unknown = client.get("/symposium/verify/AAAA-AAAA-AAAA/")
    assert unknown.status_code == 404
    assert "No such certificate" in unknown.content.decode()


def test_whoever_asks_too_often_waits(client, monkeypatch):
    monkeypatch.setattr("symposium.views.credit.AN_HOUR", 3)
    answers = [client.get("/symposium/verify/AAAA-AAAA-AAAA/").status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]
    other = client.get("/symposium/verify/AAAA-AAAA-AAAA/", REMOTE_ADDR="198.51.100.7")
    assert other.status_code == 404


def test_a_certificate_is_its_learners_and_the_staffs(cast, client, edition, session):
    certificate, _ = certificates_of(cast, edition, session)
    address = reverse("symposium:certificate", args=[certificate.pk])
    for person, status in ((cast.member, 200), (cast.staff, 200), (cast.colleague, 404), (cast.specialist, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(cast.member)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert certificate.serial in answer["Content-Disposition"]


def test_the_pages_of_staff_show_how_far_it_is_and_who_earned_what(cast, client, edition, session):
    certificates_of(cast, edition, session)
    client.force_login(cast.staff)
    client.post(reverse("symposium:issue", args=[edition.slug]))
    page_ = client.get(reverse("symposium:run", args=[edition.slug])).content.decode()
    assert "0 of 1 people done" in page_
    assert 'hx-trigger="load delay:2s"' in page_
    go_on_with_a_run()
    page_ = client.get(reverse("symposium:run", args=[edition.slug])).content.decode()
    assert "0 new certificates" in page_
    assert "hx-get" not in page_
    assert CertificateRun.objects.count() == 2
    people = client.get(reverse("symposium:credit_people", args=[edition.slug])).content.decode()
    assert "Mara Member" in people
    answer = client.post(reverse("symposium:export_people", args=[edition.slug]), {"as": "csv"})
    assert "Mara Member,Sleep groups,60,Social workers,granted,1.0," in answer.content.decode()

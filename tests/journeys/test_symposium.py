"""The annual symposium in browsers, from its first settings to the report, by five personas and a speaker's colleague.

Each part of it has a journey of its own beside this one; here one is followed by the next, through its pages.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import F
from django.utils.timezone import now
from playwright.sync_api import expect

from meetings.models import Attendance, Meeting
from symposium.models import Edition, ReleasedSession, Session
from tests.files.conftest import PDF_PAGE
from tests.journeys.test_meetings import PHONE
from tests.journeys.test_symposium_call import looked_at
from tests.symposium.scenes import proposed, reviewer_of, scored

AT = "/symposium/2027/"


def sent(page, button, **fields):
    """The form is filled, by its labels, and sent; the next page is there."""
    for label, value in fields.items():
        page.get_by_label(re.compile(f"^{label.replace('_', ' ')}( \\(optional\\))?$")).fill(str(value))
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def of(verb, what):
    """The name of a link or a button whose last words are for screen readers alone."""
    return re.compile(f"{verb}.*{what}")


def confirmed(page, button):
    with page.expect_navigation():
        page.get_by_role("dialog").get_by_role("button", name=button).click()


def link_sent_to(mailbox, address, has):
    """The path of a link in the next letter to an address that has it."""
    while True:
        _, mail = mailbox.mails.get(timeout=60)
        text = mail.get_body(("plain",)).get_content()
        if mail["To"] == address and (found := re.search(rf"https?://\S*{has}\S*", text)):
            return urlsplit(found[0]).path


def moved(first, begins):
    """The live days are now: the first session begins then, and with it all else is moved that has a time."""
    by = begins - Session.objects.get(title=first).starts_at
    Session.objects.update(starts_at=F("starts_at") + by)
    ReleasedSession.objects.update(starts_at=F("starts_at") + by)
    Attendance.objects.update(from_at=F("from_at") + by, until_at=F("until_at") + by)
    Meeting.objects.update(starts_at=F("starts_at") + by, ends_at=F("ends_at") + by)
    Edition.objects.update(first_on=begins.date(), last_on=begins.date() + timedelta(days=1))


def stayed(member, title, minutes):
    """They came in when the session began, and stayed for so long."""
    meeting = Session.objects.select_related("meeting").get(title=title).meeting
    there = Attendance.objects.filter(meeting=meeting, member=member)
    there.update(from_at=meeting.starts_at, until_at=meeting.starts_at + timedelta(minutes=minutes))


def reviewers(cast):
    """Two, of organisations that propose nothing; the edition, and one of them."""
    edition = Edition.objects.get()
    return edition, [reviewer_of(edition, cast, name).member for name in ("Rita Reviewer", "Sol Stranger")][1]


def the_other_scores(edition):
    for one in edition.reviewers.get(member__name="Rita Reviewer").assignments.select_related("proposal"):
        is_it = one.proposal.title == "Sleep first"
        scored(one, 5 if is_it else 2, comment="The strongest of all." if is_it else "Too broad.", for_author="")


def test_from_an_edition_to_its_report(cast, open_page, apart, mailbox):
    today = now().date()
    first_on = today + timedelta(days=60)

    # NCB staff begin it, and call
    staff = open_page(cast.staff)
    staff.goto("/symposium/")
    looked_at(staff, "index")
    staff.get_by_role("link", name="Begin an edition").click()
    looked_at(staff, "begin")
    staff.get_by_label("Time zone").select_option("America/New_York")
    sent(
        staff,
        "Save",
        Title="Threads of Care",
        Short_name="2027",
        Description="Two half-days of learning from one another.",
        First_day=first_on,
        Last_day=first_on + timedelta(days=1),
    )
    for part, name in (("track", "Clinical"), ("format", "Workshop"), ("format", "Keynote"), ("room", "Cedar")):
        staff.get_by_role("link", name=f"Add a {part}").click()
        if part == "format":
            staff.get_by_label("Kind").select_option(label=name)
        sent(staff, "Save", Name=name)
    looked_at(staff, "parts")
    staff.get_by_role("link", name="Organise", exact=True).click()
    looked_at(staff, "organise")
    staff.get_by_role("button", name="Publish it").click()
    confirmed(staff, "Publish it")
    staff.get_by_role("link", name="Call for proposals", exact=True).first.click()
    staff.locator(".empty").get_by_role("link", name="Call for proposals").click()
    looked_at(staff, "call-settings")
    staff.get_by_label("What you are looking for").fill("What helps in the first weeks.")
    sent(staff, "Save", First_day=today - timedelta(days=1), Last_day=today + timedelta(days=9))
    looked_at(staff, "call-staff")
    staff.get_by_role("link", name="Organise", exact=True).click()
    staff.get_by_role("link", name="Review", exact=True).click()
    staff.get_by_role("link", name="Add a phase").click()
    staff.get_by_label("Together: scores are seen and discussed").check()
    sent(staff, "Save", Name="Review", First_day=today - timedelta(days=1), Last_day=today + timedelta(days=9))
    staff.get_by_role("link", name="Add a criterion").click()
    sent(staff, "Save", Name="Need")
    edition, reviewer = apart(reviewers, cast)

    # an author drafts it, asks a colleague along, and sends it in
    author = open_page(cast.member, viewport=PHONE, color_scheme="dark")
    author.goto(f"{AT}call/")
    sent(author, "Propose a session")
    author.get_by_label("Title").fill("Sleep first")
    author.get_by_label("Clinical").check()
    author.get_by_label("Workshop").check()
    sent(author, "Keep as a draft", Abstract="What helps in the first weeks.")
    author.get_by_role("link", name="Sleep first").click()
    author.get_by_role("link", name="Present with somebody").click()
    looked_at(author, "invite")
    sent(author, "Send the letter", **{"Their e-mail address": cast.colleague.email})
    expect(author.get_by_text("no answer yet")).to_be_visible()
    looked_at(author, "draft")
    along = open_page(cast.colleague)
    along.goto(link_sent_to(mailbox, cast.colleague.email, "/presenting/"))
    looked_at(along, "present")
    sent(along, "I present it too")
    expect(along.get_by_text("You present it too.")).to_be_visible()
    author.get_by_role("link", name="Go on writing").click()
    sent(author, "Send it in")
    expect(author.get_by_text("Presents it too")).to_be_visible()
    apart(proposed, edition, cast.outsider, title="Everything at once")

    # a reviewer scores it blind, and says something to the other
    staff.get_by_role("link", name="Review", exact=True).click()
    sent(staff, "Share them out", Reviews_for_each_proposal=2)
    expect(staff.get_by_text("Shared out. New: 4.")).to_be_visible()
    apart(the_other_scores, edition)
    desk = open_page(reviewer, viewport=PHONE)
    desk.goto(f"{AT}call/")
    desk.get_by_role("link", name="To your desk").click()
    desk.get_by_role("link", name="Sleep first").click()
    for name in ("Mara", "Harbor", "Cole", "Prairie"):
        expect(desk.get_by_text(name)).to_have_count(0)
    desk.get_by_label("5, excellent").check()
    desk.get_by_label("What you say to those who proposed it").fill("Say more of the nights.")
    sent(desk, "Keep, and go on to the next")
    expect(desk.get_by_text("Everything at once").first).to_be_visible()
    desk.goto(f"{AT}review/")
    desk.get_by_role("link", name="Sleep first").click()
    expect(desk.get_by_text("The strongest of all.")).to_be_visible()
    sent(desk, "Say it", Say_something_to_the_others="A keynote, then?")
    expect(desk.get_by_text("A keynote, then?")).to_be_visible()
    looked_at(desk, "discussed")

    # decided: each letter is read before it goes
    staff.get_by_role("link", name="Ranking and decisions").click()
    for title, decision in (("Sleep first", "Accepted"), ("Everything at once", "Declined")):
        staff.get_by_label(title, exact=True).check()
        staff.get_by_label(decision, exact=True).check()
        sent(staff, "Decide on those ticked")
    staff.get_by_role("link", name="Look at the letters").click()
    expect(staff.get_by_role("button", name="Send all letters")).to_be_visible()
    for summary in staff.locator("main summary").all():
        summary.click()
    expect(staff.get_by_text("is accepted for Threads of Care")).to_be_visible()
    expect(staff.get_by_text("we cannot take your proposal")).to_be_visible()
    staff.get_by_role("button", name="Send all letters").click()
    confirmed(staff, "Send them")

    # who speaks confirms, from the letter on
    author.goto(link_sent_to(mailbox, cast.member.email, f"{AT}proposals/"))
    expect(author.get_by_text("Say more of the nights.")).to_be_visible()
    looked_at(author, "accepted")
    author.get_by_role("link", name="Say that you come").click()
    sent(author, "I come")
    author.get_by_role("link", name="Write it").click()
    sent(author, "Save", About_you="I run sleep groups.")
    looked_at(author, "speaking")

    # scheduled and released
    staff.get_by_role("link", name="Schedule", exact=True).click()
    staff.get_by_role("link", name="Add a session").click()
    staff.get_by_label("Format").select_option(label="Keynote")
    sent(staff, "Save", Title="What holds", Minutes=45, Speakers=cast.colleague.email)
    for title, begins in (("What holds", "10:00"), ("Sleep first", "11:00")):
        staff.get_by_role("link", name=of("Place", title)).click()
        sent(staff, "Place it", Begins_at=begins)
    looked_at(staff, "schedule")
    staff.get_by_role("link", name="Release", exact=True).click()
    sent(staff, "Release it", Message="The first version.")
    looked_at(staff, "programme")
    author.reload()
    author.get_by_role("link", name=of("Slides", "Sleep first")).click()
    author.get_by_label("What it is").fill("Slides")
    author.get_by_label("A file").set_input_files({"name": "s.pdf", "mimeType": "application/pdf", "buffer": PDF_PAGE})
    author.get_by_role("button", name="Add it").click()
    expect(author.get_by_role("link", name="s.pdf", exact=True)).to_be_visible()

    # registration: by oneself, by a contact for others, and a workshop of one seat
    staff.get_by_role("link", name="Organise", exact=True).click()
    staff.get_by_role("link", name="Who comes", exact=True).click()
    looked_at(staff, "set-up-registration")
    sent(staff, "Save", Opens_on=today - timedelta(days=1))
    staff.get_by_role("link", name="Seats in workshops").click()
    staff.get_by_role("link", name=of("Give it seats", "Sleep first")).click()
    sent(staff, "Save", Seats=1)
    looked_at(staff, "workshops-staff")

    contact = open_page(cast.contact)
    contact.goto(AT)
    contact.get_by_role("link", name="Take part").click()
    sent(contact, "Register")
    contact.get_by_role("link", name="Register colleagues").click()
    looked_at(contact, "colleagues")
    contact.get_by_label("Uma Unsigned").check()
    sent(contact, "Register them")
    expect(contact.get_by_role("heading", name="Whom you registered")).to_be_visible()
    contact.goto(f"{AT}workshops/")
    sent(contact, of("Take a seat", "Sleep first"))
    expect(contact.get_by_text("You have a seat", exact=True)).to_be_visible()

    attendee = open_page(cast.outsider, viewport=PHONE)
    attendee.goto(AT)
    looked_at(attendee, "about")
    attendee.get_by_role("link", name="Take part").click()
    sent(attendee, "Register")
    looked_at(attendee, "registered")
    attendee.get_by_role("link", name="Workshops with seats").click()
    sent(attendee, of("Join the waitlist", "Sleep first"))
    expect(attendee.get_by_text("You are number 1 on the waitlist")).to_be_visible()
    looked_at(attendee, "workshops")
    contact.get_by_role("button", name=of("Give it up", "Sleep first")).click()
    confirmed(contact, "Give it up")
    attendee.goto(link_sent_to(mailbox, cast.outsider.email, f"{AT}workshops/"))
    sent(attendee, of("Take the seat", "Sleep first"))
    expect(attendee.get_by_text("You have a seat", exact=True)).to_be_visible()

    # chosen
    attendee.get_by_role("link", name="Registration").click()
    attendee.get_by_role("link", name="Choose what you come to").click()
    attendee.get_by_role("button", name="Choose “What holds”").click()
    expect(attendee.get_by_role("button", name="Take out “What holds”")).to_be_focused()
    attendee.get_by_role("link", name="My agenda").click()
    for title in ("What holds", "Sleep first"):
        expect(attendee.get_by_role("link", name=title, exact=True)).to_be_visible()
    looked_at(attendee, "agenda")

    # the live day
    apart(moved, "What holds", now() - timedelta(minutes=5))
    attendee.get_by_role("link", name="Lobby").click()
    looked_at(attendee, "lobby")
    attendee.get_by_role("link", name=of("Go in", "What holds")).click()
    sent(attendee, "Come in")
    expect(attendee.get_by_role("heading", name="Questions")).to_be_visible()
    attendee.get_by_label("Your question").fill("Who holds the holders?")
    attendee.get_by_role("button", name="Ask", exact=True).click()
    expect(attendee.locator(".question")).to_contain_text("Who holds the holders?")
    staff.goto(f"{AT}now/")
    staff.get_by_role("link", name=of("Go in", "What holds")).click()
    sent(staff, "Come in")
    staff.get_by_role("link", name="Prepare, open and close").click()
    staff.get_by_label("Answers to choose from").fill("Friends\nSleep")
    staff.get_by_label("While votes come in").check()
    sent(staff, "Prepare it", Question="What holds you?")
    sent(staff, "Put it to the room")
    attendee.get_by_label("Friends").check()
    attendee.get_by_role("button", name="Vote", exact=True).click()
    expect(attendee.get_by_text("You have voted.")).to_be_visible()
    looked_at(attendee, "room")
    staff.get_by_role("link", name="the room", exact=True).click()
    question = staff.locator(".question")
    question.locator("summary").click()
    question.get_by_role("link", name="Answer in writing").click()
    sent(staff, "Save the answer", Answer="Each other.")
    expect(attendee.get_by_text("Each other.")).to_be_visible()
    staff.get_by_role("link", name="Answers").click()
    sent(staff, "Publish the answers")

    # and afterwards: minutes, evaluation, certificate
    attendee.goto(f"{AT}now/")
    apart(stayed, cast.outsider, "What holds", 40)
    apart(moved, "What holds", now() - timedelta(hours=3))
    staff.goto(f"{AT}credit/")
    staff.get_by_role("link", name="Say it").click()
    looked_at(staff, "terms")
    sent(staff, "Save", Minutes_at_least=30, Signed_by="Nour Director, NCB")
    staff.get_by_role("link", name="Add a rule").click()
    looked_at(staff, "rule")
    sent(staff, "Save", **{"Profession": "Nurses", "Percent at least": 80, "Provider’s statement": "Number 0000."})
    staff.get_by_role("link", name="Write the questionnaire").click()
    sent(staff, "Save")
    looked_at(staff, "credit")

    attendee.get_by_role("link", name="Programme", exact=True).click()
    attendee.get_by_role("link", name="What holds", exact=True).click()
    looked_at(attendee, "session-over")
    attendee.get_by_role("link", name="Evaluate it").click()
    looked_at(attendee, "evaluate")
    for statement in attendee.locator("main fieldset").all():
        statement.get_by_label("5, wholly").check()
    sent(attendee, "Send it, once and for all")
    expect(attendee.get_by_text("40 of 45 minutes")).to_be_visible()
    attendee.get_by_label("Nurses").check()
    sent(attendee, "Keep this", Your_name_on_certificates="Olive Outsider, RN")
    expect(attendee.get_by_text("Your eligibility")).to_have_count(0)
    looked_at(attendee, "certificates")
    staff.get_by_role("button", name="Issue all certificates").click()
    expect(staff.get_by_text("2 new certificates")).to_be_visible()
    looked_at(staff, "issued")
    attendee.reload()
    with attendee.expect_download() as download:
        attendee.get_by_role("link", name=re.compile("Download .*Nurses")).click()
    serial = download.value.suggested_filename.removeprefix("certificate-").removesuffix(".pdf")
    stranger = open_page()
    stranger.goto(f"/symposium/verify/{serial}/")
    expect(stranger.get_by_role("heading", name="Valid", exact=True)).to_be_visible()
    expect(stranger.get_by_text("Olive")).to_have_count(0)

    # what is left of it
    attendee.get_by_role("link", name="Archive").click()
    expect(attendee.get_by_role("link", name=of("1 answer", "What holds"))).to_be_visible()
    expect(attendee.get_by_role("link", name=of("1 material", "Sleep first"))).to_be_visible()
    looked_at(attendee, "archive")
    specialist = open_page(cast.specialist)
    specialist.goto(AT)
    specialist.get_by_role("link", name="Report", exact=True).click()
    expect(specialist.get_by_text("Sessions held").first).to_be_visible()
    looked_at(specialist, "report")

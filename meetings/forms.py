"""What people say when they answer, plan or change a meeting."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import TextChoices
from django.utils.timezone import localdate, now

from access import Refusal
from access.forms import Line
from meetings.actions.series import check
from meetings.clocks import zone_name
from meetings.matching import could_be
from meetings.models import Answer, Lead, Meeting, MeetingSeries, RoomPoll, Rsvp
from members.eligibility import eligibilities
from members.forms.people import LongChoices
from members.models import TIME_ZONES, Member, Organisation
from spaces.models import Space
from spaces.screening import tells_nobody_apart

Audience, Pattern = MeetingSeries.Audience, MeetingSeries.Pattern
SOON, LATEST = timedelta(days=731), timedelta(days=5 * 366)
LONGEST_OPTION = 120  # characters
DATES = ("%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%b %d, %Y")
OF_SERIES = (
    *("title", "description", "audience", "room_url", "captions_url", "zone", "first_on", "begins_at", "minutes"),
    *("pattern", "every", "picked", "last_on"),
)
NEVER_ELSEWHERE = "Members get there once they have come in here; it is never in mail or calendars."


class Room(TextChoices):
    """Where the video is held."""

    NONE = "none", "None"
    ADDRESS = "address", "At an address"
    BUILT_IN = "built_in", "A room of this site"


class RsvpForm(forms.Form):
    """Whether one comes."""

    answer = forms.ChoiceField(label="Do you come?", choices=Answer.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="A note",
        required=False,
        max_length=280,
        validators=[tells_nobody_apart],
        help_text="Only those who convene the meeting read it.",
    )
    every = forms.BooleanField(label="For all dates of this series to come", required=False)

    def __init__(self, data: Any = None, *, meeting: Meeting, mine: Rsvp | None = None) -> None:
        super().__init__(data, initial={"answer": mine.answer, "note": mine.note} if mine else {})
        if not meeting.series.repeats:
            self.fields["every"].widget = forms.HiddenInput()


def message() -> forms.CharField:
    return forms.CharField(
        label="Message",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Everyone whom the meeting is for can read it on its page.",
        validators=[tells_nobody_apart],
    )


def day(label: str, **more: Any) -> forms.DateField:
    """A typed year that nobody means is no date."""
    first = MinValueValidator(date(2020, 1, 1), "That is too long ago. Choose another date.")
    last = MaxValueValidator(date(2099, 12, 31), "That is too far ahead. Choose another date.")
    more |= {"validators": [first, last]}
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def clock(label: str) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))


def length() -> forms.IntegerField:
    return forms.IntegerField(label="Minutes", min_value=5, max_value=720)


def video_room(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Video room", choices=choices, required=False, widget=forms.RadioSelect, initial=Room.NONE
    )


def link(label: str, help_text: str) -> forms.URLField:
    return forms.URLField(label=label, required=False, max_length=500, assume_scheme="https", help_text=help_text)


class Message(forms.Form):
    """What is said along with a change."""

    message = message()


class MoveForm(forms.Form):
    """Another day or hour for one date, by the clock of its series' zone."""

    on = day("Date")
    begins_at = clock("Begins at")
    minutes = length()
    message = message()

    @classmethod
    def of_meeting(cls, meeting: Meeting) -> "MoveForm":
        wall = meeting.wall
        return cls(initial={"on": wall.date(), "begins_at": wall.time(), "minutes": meeting.minutes})

    def clean_on(self) -> date:
        return _near(self.cleaned_data["on"], SOON)


class DatesField(forms.Field):
    """Several dates, one a line. Gives them as YYYY-MM-DD."""

    widget = forms.Textarea({"rows": 4})
    sometimes = True

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        return [_read_date(line).isoformat() for line in (value or "").splitlines() if line.strip()]


class NumberOfWeeks(forms.IntegerField):
    sometimes = True


class SeriesForm(forms.Form):
    """A series as it is planned or changed; of a space, where one is given. `series`: a new one of what was said."""

    series: MeetingSeries

    title = Line(max_length=120, help_text="As it stands in everyone’s calendar.")
    description = forms.CharField(
        label="What it is about",
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text="Markdown: an empty line between paragraphs, - for a list. In calendars it stands as it is written.",
    )
    audience = forms.ChoiceField(
        label="Whom it is for",
        choices=[(one.value, one.label) for one in (Audience.ELIGIBLE, Audience.ORGANISATIONS)],
        widget=forms.RadioSelect,
        initial=Audience.ELIGIBLE,
    )
    organisations = forms.ModelMultipleChoiceField(Organisation.objects.all(), required=False, widget=LongChoices)
    room = video_room(Room.choices)
    room_url = link("Its address", "From Zoom, Teams or another. " + NEVER_ELSEWHERE)
    captions_url = link("Captions", "The address where what is said is written along (CART). " + NEVER_ELSEWHERE)
    first_on = day("First date")
    begins_at = clock("Begins at")
    minutes = length()
    zone = forms.ChoiceField(
        label="Time zone",
        choices=TIME_ZONES,
        help_text="Its clock is the one that the times are of, in summer and in winter.",
    )
    pattern = forms.ChoiceField(
        label="How often", choices=Pattern.choices, widget=forms.RadioSelect, initial=Pattern.ONCE
    )
    every = NumberOfWeeks(label="Weeks from one to the next", min_value=1, max_value=26, required=False, initial=1)
    picked = DatesField(
        label="Further dates",
        required=False,
        help_text="One a line, each like 2026-04-21 or 4/21/2026. The first date is above.",
    )
    last_on = day(
        "Last date", required=False, help_text="No meeting is later than this day. Empty: it goes on until you end it."
    )
    message = message()
    client_id = forms.UUIDField(widget=forms.HiddenInput({"data-keep-not": ""}), required=False)

    def __init__(self, *args: Any, space: Space | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.space = space
        self.fields["client_id"].initial = uuid4
        if not settings.JITSI_URL:
            self.fields["room"] = video_room([one for one in Room.choices if one[0] != Room.BUILT_IN])
        if space:
            del self.fields["audience"], self.fields["organisations"]
            for name in ("title", "description"):
                self.fields[name].validators.append(tells_nobody_apart)

    @classmethod
    def of_series(cls, series: MeetingSeries, first_on: date, **more: Any) -> "SeriesForm":
        """As it is, from this date on."""
        initial = {name: getattr(series, name) for name in OF_SERIES}
        initial |= {"first_on": first_on, "organisations": series.organisations.all()}
        initial["room"] = Room.BUILT_IN if series.built_in_room else Room.ADDRESS if series.room_url else Room.NONE
        initial["picked"] = [one for one in series.picked if one > first_on.isoformat()]
        if series.pattern in {Pattern.ONCE, Pattern.BY_HAND}:
            initial["last_on"] = None
        return cls(initial=initial, space=series.space, **more)

    def clean_first_on(self) -> date:
        return _near(self.cleaned_data["first_on"], SOON)

    def clean_last_on(self) -> date | None:
        return _near(self.cleaned_data["last_on"], LATEST) if self.cleaned_data["last_on"] else None

    def clean_every(self) -> int:
        return self.cleaned_data["every"] or 1

    def clean_picked(self) -> list[str]:
        for one in self.cleaned_data["picked"]:
            _near(date.fromisoformat(one), SOON)
        return self.cleaned_data["picked"]

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("audience") == Audience.ORGANISATIONS and not said.get("organisations"):
            self.add_error("organisations", "Choose at least one.")
        if said.get("room") == Room.ADDRESS and not said.get("room_url") and "room_url" not in self.errors:
            self.add_error("room_url", "Give its address, or choose another video room.")
        if self.errors:
            return
        terms = {name: said[name] for name in OF_SERIES if name in said}
        terms["built_in_room"] = said["room"] == Room.BUILT_IN
        if said["room"] in {Room.NONE, Room.BUILT_IN}:  # a page of before sends the address alone
            terms["room_url"] = ""
        series = MeetingSeries(**{"audience": Audience.SPACE, **terms}, space=self.space)
        try:
            check(series)
        except Refusal as refusal:
            self.add_error(None, str(refusal))
        else:
            if series.first_at <= now():
                self.add_error("first_on", "That is over already. Choose a date to come.")
        self.series = series

    @property
    def invited(self) -> Any:
        return self.cleaned_data.get("organisations") or Organisation.objects.none()


def _near(day: date, within: timedelta) -> date:
    """A typed year that nobody means is no date."""
    today = localdate()
    if not today - timedelta(days=1) <= day <= today + within:
        raise forms.ValidationError(f"{day.isoformat()} is over already or too far ahead. Choose another date.")
    return day


def _read_date(line: str) -> date:
    for form in DATES:
        try:
            return datetime.strptime(line.strip(), form).date()
        except ValueError:
            continue
    raise forms.ValidationError(f"“{line.strip()[:40]}” is no date. Write it like 2026-04-21.")


class RemindersForm(forms.Form):
    """When one wants to be reminded."""

    leads = forms.MultipleChoiceField(
        label="Remind me by mail", choices=Lead.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ResponderForm(forms.Form):
    """Who of an organisation speaks for it."""

    def __init__(self, *args: Any, colleagues: list[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Member.objects.filter(pk__in=[one.pk for one in colleagues])
        self.fields["member"] = forms.ModelChoiceField(people, label="Who speaks")


class VideoReportForm(forms.Form):
    """The participant report of a video room."""

    MOST = 1024 * 1024

    file = forms.FileField(label="The participant report", help_text="A CSV file of Zoom or Teams; at most 1 MB.")

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = meeting.series.zone
        zones = {own: zone_name(own), **dict(TIME_ZONES), "UTC": "UTC"}
        self.fields["zone"] = forms.ChoiceField(
            label="Its times are of",
            choices=[*zones.items()],
            initial=own,
            help_text="Where the file names a zone itself, that counts. Zoom writes its account's.",
        )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > self.MOST:
            raise forms.ValidationError("This file is larger than 1 MB. Is it the report of one meeting?")
        return file


class ParticipantForm(forms.Form):
    """Which member somebody of a report is."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = could_be(meeting)
        answers = eligibilities(members, "meetings", meeting.starts_at)

        class Choice(forms.ModelChoiceField):
            def label_from_instance(self, member: Any) -> str:
                organisation = answers[member.pk].organisation
                return f"{member}, {organisation}" if organisation else str(member)

        self.fields["member"] = Choice(members, label="Who it is")


class PairForm(forms.Form):
    """Which series is the other session."""

    def __init__(self, *args: Any, series: MeetingSeries, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Meeting.objects.on().filter(starts_at__gt=now(), town_as_first=None, town_as_second=None)
        others = MeetingSeries.objects.filter(space=None, pk__in=free.values("series")).exclude(pk=series.pk)
        self.fields["second"] = forms.ModelChoiceField(others, label="Session B is held in the series")


class RoomPollForm(forms.Form):
    """A poll for the room. What may stand in it is the action's to say."""

    question = Line(max_length=200, validators=[tells_nobody_apart])
    kind = forms.ChoiceField(
        label="How one answers", choices=RoomPoll.Kind.choices, widget=forms.RadioSelect, initial=RoomPoll.Kind.ONE
    )
    options = forms.CharField(
        label="Answers to choose from",
        required=False,
        max_length=1500,
        widget=forms.Textarea({"rows": 5}),
        validators=[tells_nobody_apart],
        help_text="Two to ten, each on a line of its own. A scale and a poll for words need none.",
    )
    anonymous = forms.BooleanField(
        required=False, help_text="Nobody learns who chose what, you neither. A vote cannot be changed then."
    )
    shows = forms.ChoiceField(
        label="When the room sees the result",
        choices=RoomPoll.Shows.choices,
        widget=forms.RadioSelect,
        initial=RoomPoll.Shows.CLOSED,
    )

    def clean_options(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["options"].splitlines()]
        if any(len(line) > LONGEST_OPTION for line in lines):
            raise forms.ValidationError(f"An answer has {LONGEST_OPTION} characters at most.")
        return lines

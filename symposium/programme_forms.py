"""What staff say of sessions, of where they are held, and of a version of the programme."""

from collections.abc import Iterable
from typing import Any

from django import forms

from access.forms import Line
from meetings.forms import clock, day, link
from members.models import Member
from spaces.screening import tells_nobody_apart
from symposium.models import Edition, Programme, Room, Session, SpeakerProfile
from symposium.schedules import as_wall


class ProgrammeForm(forms.ModelForm):
    day_begins_at = clock("A day begins at")
    day_ends_at = clock("A day ends at")

    class Meta:
        model = Programme
        fields = ["day_begins_at", "day_ends_at", "break_minutes", "guidance"]
        widgets = {"guidance": forms.Textarea({"rows": 6})}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("day_begins_at") and said.get("day_ends_at") and said["day_ends_at"] <= said["day_begins_at"]:
            self.add_error("day_ends_at", "The day ends before it begins. Change one of the two.")
        return said


class SessionForm(forms.ModelForm):
    """A session that staff write down, with who speaks in it."""

    title = Line(max_length=120)
    speakers = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="The addresses of members, one on each line, in order.",
    )
    chairs = forms.CharField(
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Who convenes it: the same way. They have the convener’s tools in its room.",
    )

    class Meta:
        model = Session
        fields = ["title", "abstract", "track", "format", "minutes"]
        widgets = {"abstract": forms.Textarea({"rows": 6}), "minutes": forms.NumberInput({"min": 5, "max": 720})}

    def __init__(self, data: Any = None, *, edition: Edition, session: Session | None = None) -> None:
        initial = (
            {"speakers": _addresses(session, "speaker"), "chairs": _addresses(session, "chair")} if session else {}
        )
        super().__init__(data, instance=session, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["track"].queryset, fields["format"].queryset = edition.tracks.all(), edition.formats.all()
        fields["track"].empty_label, fields["format"].empty_label = "No track", None
        for name in ("title", "abstract"):
            fields[name].validators.append(tells_nobody_apart)

    def clean_speakers(self) -> list[Member]:
        return _members(self.cleaned_data["speakers"])

    def clean_chairs(self) -> list[Member]:
        return _members(self.cleaned_data["chairs"])


def _addresses(session: Session, part: str) -> str:
    return "\n".join(one.member.email for one in session.speakers.select_related("member") if one.part == part)


def _members(text: str) -> list[Member]:
    asked = list(dict.fromkeys(line.strip().lower() for line in text.replace(",", "\n").splitlines() if line.strip()))
    found = {one.email.lower(): one for one in Member.objects.filter(email__in=asked)}
    if unknown := [one for one in asked if one not in found]:
        raise forms.ValidationError(f"No member has {', '.join(unknown)}. Invite them first, or correct the address.")
    return [found[one] for one in asked]


class PlaceForm(forms.Form):
    """Where and when a session is held, by the clock of its edition."""

    room: Any = forms.ModelChoiceField(Room.objects.none(), empty_label=None)
    on = forms.TypedChoiceField(label="Day")
    at = clock("Begins at")
    minutes = forms.IntegerField(min_value=5, max_value=720)

    def __init__(self, data: Any = None, *, session: Session, days: Iterable[Any]) -> None:
        initial: dict[str, Any] = {"minutes": session.minutes}
        days = set(days)
        if session.starts_at:
            wall = as_wall(session.starts_at, session.edition)
            initial |= {"room": session.room_id, "on": wall.date().isoformat(), "at": wall.time()}
            days.add(wall.date())
        super().__init__(data, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["room"].queryset = session.edition.rooms.all()
        fields["on"].choices = [(day.isoformat(), f"{day:%A}, {day:%B} {day.day}") for day in sorted(days)]
        fields["on"].coerce = {day.isoformat(): day for day in days}.get


class BioForm(forms.ModelForm):
    class Meta:
        model = SpeakerProfile
        fields = ["bio"]
        widgets = {"bio": forms.Textarea({"rows": 6})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bio"].validators.append(tells_nobody_apart)


class TechChecksForm(forms.Form):
    """Times, one after the other, by the clock of the edition."""

    on = day("Day")
    at = clock("The first begins at")
    minutes = forms.IntegerField(label="Minutes each", min_value=5, max_value=120, initial=15)
    number = forms.IntegerField(label="How many", min_value=1, max_value=40, initial=8)


class VideoForm(forms.Form):
    room_url = link("Video room", "Its address at the video service, led to from the session’s room here alone.")
    captions_url = link("Captions", "Where what is said is written along.")
    holds = forms.IntegerField(
        label="The video room holds",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="People. Empty: as many as come.",
    )
    overflow_url = link("Second video room", "Where those are led who come when the first is full.")
    whole_room = forms.BooleanField(label="For every session in this room", required=False, initial=True)


class ReleaseForm(forms.Form):
    """What is said along with a version, and why it is released as it is."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        validators=[tells_nobody_apart],
        help_text="It stands in the letters to those whom the changes concern, and in the list of changes.",
    )
    reason = forms.CharField(
        label="Why it stays so",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text="A room or a speaker is in two sessions at once. Staff alone read this.",
    )

    def __init__(self, data: Any = None, *, number: int, stops: bool) -> None:
        super().__init__(data, initial={"number": number})
        if not stops:
            del self.fields["reason"]

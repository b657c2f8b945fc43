"""What a member chooses to hear of."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms

from notifications import push_services, sealing, ways
from notifications.models import Hearing
from spaces.kinds import space_kind
from spaces.models import Membership

USUAL = "usual"  # stands for no choice
NO_HOUR = "none"
HOURS = [(hour, ways.clock(hour)) for hour in range(24)]


class WayField(forms.TypedChoiceField):
    """A way, or none chosen: empty."""

    def __init__(self, usual: str, **more: Any) -> None:
        choices = [(USUAL, usual), *ways.Way.choices]
        super().__init__(choices=choices, coerce=lambda value: "" if value == USUAL else value, **more)


class HourField(forms.TypedChoiceField):
    """An hour of the day, or None."""

    def __init__(self, **more: Any) -> None:
        choices = [(NO_HOUR, "No quiet hours"), *HOURS]
        super().__init__(choices=choices, coerce=lambda value: None if value == NO_HOUR else int(value), **more)


class ChoicesForm(forms.Form):
    way = WayField(
        "As is usual in each place",
        label="Everything",
        widget=forms.RadioSelect,
        help_text="Where you choose nothing else below. Usual is a letter a day in forums; in groups, "
        "only what is meant for you.",
    )
    hour = forms.TypedChoiceField(label="Letters of a day and a week come at", choices=HOURS, coerce=int)
    weekday = forms.TypedChoiceField(label="Letters of a week come on", choices=enumerate(ways.WEEKDAYS), coerce=int)
    quiet_from = HourField(
        label="Quiet hours begin at",
        help_text="What would come at once waits until they are over, and comes as one letter.",
    )
    quiet_until = HourField(label="Quiet hours end at")

    def __init__(self, typed: Any, *, hearing: Hearing, memberships: list[Membership]) -> None:
        quiet = {name: _or(getattr(hearing, name), NO_HOUR) for name in ("quiet_from", "quiet_until")}
        kept = {"way": hearing.way or USUAL, "hour": hearing.hour, "weekday": hearing.weekday, **quiet}
        super().__init__(typed, initial=kept)
        self.memberships = memberships
        for membership in memberships:
            self.fields[_name(membership)] = WayField(
                "As chosen for everything",
                label=space_kind(membership.space.kind).title(membership.space),
                required=False,  # they may have come into it after the page was made
                initial=membership.notify or USUAL,
            )
        self.order_fields(["way", *(_name(membership) for membership in memberships)])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("quiet_from"), values.get("quiet_until")
        if (start is None) != (end is None):
            self.add_error("quiet_until", "Say both when quiet begins and when it ends, or neither.")
        elif start is not None and start == end:
            self.add_error("quiet_until", "Quiet ends at another hour than it begins.")
        return values

    @property
    def values(self) -> dict[str, Any]:
        """What actions.choose() takes, but for who chooses."""
        values = dict(self.cleaned_data)
        chosen = {one.space_id: values.pop(_name(one)) for one in self.memberships}
        spaces: dict[UUID, str] = {
            one.space_id: chosen[one.space_id] for one in self.memberships if _name(one) in self.data
        }
        return {**values, "spaces": spaces}


class PushForm(forms.Form):
    """What a browser says when it subscribes."""

    endpoint = forms.CharField(max_length=1000)
    public_key = forms.CharField(max_length=90)
    secret = forms.CharField(max_length=24)

    def clean_endpoint(self) -> str:
        if push_services.place_of(self.cleaned_data["endpoint"]) is None:
            raise forms.ValidationError("This browser's push service is none that we bring anything to.")
        return self.cleaned_data["endpoint"]

    def clean_public_key(self) -> str:
        return _checked(self.cleaned_data["public_key"], 65, sealing.public_key)

    def clean_secret(self) -> str:
        return _checked(self.cleaned_data["secret"], 16, bytes)


def _checked(text: str, length: int, read: Callable[[bytes], object]) -> str:
    try:
        found = sealing.bytes64(text)
        read(found)
    except ValueError:
        found = b""
    if len(found) != length:
        raise forms.ValidationError("This is no key of a browser.")
    return text


def _name(membership: Membership) -> str:
    return f"space-{membership.space_id}"


def _or(hour: int | None, empty: str) -> int | str:
    return empty if hour is None else hour

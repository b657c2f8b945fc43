"""What a member chooses to hear of."""

from typing import Any
from uuid import UUID

from django import forms

from notifications import ways
from notifications.models import Hearing
from spaces.kinds import space_kind
from spaces.models import Membership

HOURS = [(hour, ways.clock(hour)) for hour in range(24)]
AS_USUAL = "As is usual in each place"


def _hour(value: str) -> int | None:
    return int(value) if value else None


class ChoicesForm(forms.Form):
    way = forms.ChoiceField(
        label="Everything",
        choices=[("", AS_USUAL), *ways.Way.choices],
        required=False,
        widget=forms.RadioSelect,
        help_text="Where you choose nothing else below. Usual is a letter a day in forums; in groups, "
        "only what is meant for you.",
    )
    hour = forms.TypedChoiceField(label="Letters of a day and a week come at", choices=HOURS, coerce=int)
    weekday = forms.TypedChoiceField(label="Letters of a week come on", choices=enumerate(ways.WEEKDAYS), coerce=int)
    quiet_from = forms.TypedChoiceField(
        label="Quiet from",
        choices=[("", "No quiet hours"), *HOURS],
        coerce=_hour,
        required=False,
        empty_value=None,
        help_text="What would come at once waits until they are over, and comes as one letter.",
    )
    quiet_until = forms.TypedChoiceField(
        label="until", choices=[("", "No quiet hours"), *HOURS], coerce=_hour, required=False, empty_value=None
    )

    def __init__(self, typed: Any, *, hearing: Hearing, memberships: list[Membership]) -> None:
        kept = {name: getattr(hearing, name) for name in ("way", "hour", "weekday", "quiet_from", "quiet_until")}
        super().__init__(typed, initial=kept)
        self.memberships = memberships
        for membership in memberships:
            kind = space_kind(membership.space.kind)
            self.fields[_name(membership)] = forms.ChoiceField(
                label=kind.title(membership.space),
                choices=[("", "As chosen for everything"), *ways.Way.choices],
                initial=membership.notify,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("quiet_from"), values.get("quiet_until")
        if (start is None) != (end is None):
            self.add_error("quiet_until", "Say both when quiet begins and when it ends, or neither.")
        elif start is not None and start == end:
            self.add_error(
                "quiet_until", "Quiet ends at another hour than it begins. To hear nothing, choose so above."
            )
        return values

    @property
    def values(self) -> dict[str, Any]:
        """What actions.choose() takes, but for who chooses."""
        values = dict(self.cleaned_data)
        spaces: dict[UUID, str] = {one.space_id: values.pop(_name(one)) for one in self.memberships}
        return {**values, "spaces": spaces}


def _name(membership: Membership) -> str:
    return f"space-{membership.space_id}"

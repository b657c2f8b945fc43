"""What one says to register, and what staff say of registration."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate

from access.forms import Line
from meetings.forms import day
from meetings.wall import as_instant
from members.forms.names import NameField
from members.forms.people import LongChoices
from members.models import TIME_ZONES, Member
from symposium.models import Category, CreditRule, Details, Edition, Learner, RegistrationDesk, Way
from symposium.registering import Able

NEAR = timedelta(days=3 * 366)
PRIVATE = "NCB staff alone read this."
NEEDS, CREDIT = ("accommodation", "language"), ("rules", "licence")


class RegistrationForm(forms.Form):
    """The category, where there is a choice, and what of it this edition asks; each only of who needs it."""

    category = forms.ModelChoiceField(
        Category.objects.none(), label="Register as", widget=forms.RadioSelect, empty_label=None
    )
    needs_accommodation = forms.BooleanField(label="I need something to take part", required=False)
    accommodation = forms.CharField(
        label="What would help?",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=f"For instance sign language, or slides in large print beforehand. {PRIVATE}",
    )
    needs_language = forms.BooleanField(label="I need interpreting", required=False)
    language = forms.CharField(label="Into which language?", required=False, max_length=120, help_text=PRIVATE)
    wants_ce = forms.BooleanField(label="I want continuing-education credit", required=False)
    rules = forms.ModelMultipleChoiceField(
        CreditRule.objects.none(), label="For", required=False, widget=forms.CheckboxSelectMultiple
    )
    licence = Line(label="Licence number", required=False, max_length=80, help_text=f"For your board. {PRIVATE}")

    # the box, what it opens, and which setting asks for it
    ASKED = {
        "needs_accommodation": (("accommodation",), "asks_accommodation"),
        "needs_language": (("language",), "asks_language"),
        "wants_ce": (CREDIT, "asks_credit"),
    }

    def __init__(
        self,
        data: Any = None,
        *,
        desk: RegistrationDesk,
        categories: list[Category],
        details: Details | None = None,
        learner: Learner | None = None,
    ) -> None:
        said: dict[str, Any] = {name: getattr(details, name) for name in NEEDS} if details else {}
        if learner:
            said |= {"rules": list(learner.rules.all()), "licence": learner.licence}
        boxes = {box: any(said.get(name) for name in names) for box, (names, _) in self.ASKED.items()}
        super().__init__(data, initial=said | boxes)
        self.fields["category"].queryset = Category.objects.filter(pk__in=[one.pk for one in categories])
        self.fields["category"].initial = categories[0] if categories else None
        self.only = categories[0] if len(categories) == 1 else None
        if len(categories) < 2:
            del self.fields["category"]
        self.fields["rules"].queryset = desk.edition.credit_rules.all()
        for box, (names, setting) in self.ASKED.items():
            if not getattr(desk, setting):
                for name in (box, *names):
                    del self.fields[name]
                continue
            for name in names:
                self.fields[name].sometimes = True  # asked for once its box is ticked

    def clean(self) -> dict:
        values = super().clean() or {}
        for box, (names, _) in self.ASKED.items():
            for name in names:
                if not values.get(box):
                    values[name] = [] if name == "rules" else ""
                    self.errors.pop(name, None)
                elif name in self.fields and not values.get(name) and name not in self.errors:
                    self.add_error(name, "You ticked the box above: say it here, or untick it.")
        return values

    def parts(self) -> list[tuple[Any, list[Any]]]:
        """Each box, with the fields that it opens."""
        return [
            (self[box], [self[name] for name in names]) for box, (names, _) in self.ASKED.items() if box in self.fields
        ]

    @property
    def category_chosen(self) -> Category:
        return self.only or self.cleaned_data["category"]

    @property
    def details(self) -> dict[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in NEEDS}

    @property
    def credit(self) -> dict[str, Any] | None:
        """Which credit they want, and their licence; None where nobody is asked."""
        return {name: self.cleaned_data[name] for name in CREDIT} if "wants_ce" in self.fields else None


class ColleaguesForm(forms.Form):
    """Whom of one's organisation one registers."""

    def __init__(self, data: Any = None, *, able: list[Able]) -> None:
        super().__init__(data)

        class Choice(forms.ModelMultipleChoiceField):
            def label_from_instance(self, member: Any) -> str:
                return str(member)

        self.fields["members"] = Choice(
            Member.objects.filter(pk__in=[one.member.pk for one in able]).order_by("name"),
            label="Whom do you register?",
            widget=LongChoices if len(able) > 12 else forms.CheckboxSelectMultiple,
            help_text="Each gets a letter, says what they need themselves, and can cancel.",
        )


class GuestForm(forms.Form):
    """Whom staff invite."""

    email = forms.EmailField(label="Their address", help_text="They get a link that registers them, once.")
    category = forms.ModelChoiceField(Category.objects.none(), label="As", empty_label=None)

    def __init__(self, data: Any = None, *, desk: RegistrationDesk) -> None:
        super().__init__(data)
        self.fields["category"].queryset = desk.categories.filter(opened_by=Way.INVITATION, closed_at=None)


class CategoryForm(forms.Form):
    """A category that is there already, or a new one. What opens it stays: registrations rest on it."""

    name = Line(max_length=80)
    opened_by = forms.ChoiceField(label="What opens it", choices=Way.choices, widget=forms.RadioSelect)
    seats = forms.IntegerField(
        required=False, min_value=0, max_value=100_000, help_text="Of those of the symposium. Empty: no limit."
    )
    closed = forms.BooleanField(
        required=False, help_text="Nobody registers in it any more. Who has a place in it keeps it."
    )

    def __init__(self, data: Any = None, *, category: Category | None = None) -> None:
        initial: dict[str, Any] = {}
        if category:
            initial = {"name": category.name, "seats": category.seats, "closed": bool(category.closed_at)}
        super().__init__(data, initial=initial)
        del self.fields["opened_by" if category else "closed"]


class NewGuestForm(forms.Form):
    """An account for a guest who has none."""

    name = NameField(max_length=120, label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    time_zone = forms.ChoiceField(label="Your time zone", choices=TIME_ZONES, initial="America/New_York")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=280, widget=forms.Textarea({"rows": 3}), help_text="It stays on record, with your name."
    )


class WorkshopForm(forms.Form):
    """How many seats a session has."""

    seats = forms.IntegerField(
        required=False, min_value=1, max_value=10_000, help_text="Empty: everyone comes without one."
    )
    offer_hours = forms.IntegerField(
        label="Hours that a freed seat is kept for who is next", min_value=1, max_value=720, initial=24
    )


class DeskForm(forms.Form):
    """When one registers, for how many seats, and what is asked."""

    opens_on = day("Opens on")
    closes_on = day("Last day to register", required=False, help_text="Empty: until the symposium is over.")
    seats = forms.IntegerField(
        required=False, min_value=1, max_value=100_000, help_text="Of all categories together. Empty: no limit."
    )
    offer_hours = forms.IntegerField(
        label="Hours that a freed seat is kept for who is next", min_value=1, max_value=720, initial=48
    )
    asks_accommodation = forms.BooleanField(label="Ask what people need to take part", required=False, initial=True)
    asks_language = forms.BooleanField(label="Ask who needs interpreting", required=False, initial=True)

    def __init__(self, data: Any = None, *, edition: Edition, desk: RegistrationDesk | None) -> None:
        self.edition = edition
        self.categories = list(desk.categories.all()) if desk else []
        super().__init__(data, initial=self._said(desk) if desk else {"opens_on": localdate(timezone=edition.tz)})
        for one in self.categories:
            self.fields[f"seats-{one.pk}"] = forms.IntegerField(
                label=f"Seats for {one.name}",
                required=False,
                min_value=0,
                max_value=100_000,
                initial=one.seats,
                help_text=f"{one.get_opened_by_display()} opens it. Empty: no limit of their own.",
            )

    def clean(self) -> dict:
        values = super().clean() or {}
        for name in ("opens_on", "closes_on"):
            if values.get(name) and abs(values[name] - self.edition.last_on) > NEAR:
                self.add_error(name, "This is years from the symposium. Is the year right?")
        if values.get("closes_on") and values.get("opens_on") and values["closes_on"] < values["opens_on"]:
            self.add_error("closes_on", "The last day comes before the first. Change one of them.")
        return values

    @property
    def said(self) -> dict[str, Any]:
        """For the action. Days begin and end by the edition's clock."""
        values = self.cleaned_data
        own = {name: values[name] for name in ("seats", "offer_hours", "asks_accommodation", "asks_language")}
        closes_on = values["closes_on"]
        return own | {
            "opens_at": self._midnight(values["opens_on"]),
            "closes_at": self._midnight(closes_on + timedelta(days=1)) if closes_on else None,
            "seats_of": {one.pk: values[f"seats-{one.pk}"] for one in self.categories},
        }

    def _midnight(self, on: Any) -> datetime:
        return as_instant(datetime.combine(on, time()), self.edition.tz)

    def _said(self, desk: RegistrationDesk) -> dict[str, Any]:
        names = ("seats", "offer_hours", "asks_accommodation", "asks_language")
        tz, closes = self.edition.tz, desk.closes_at
        return {name: getattr(desk, name) for name in names} | {
            "opens_on": desk.opens_at.astimezone(tz).date(),
            "closes_on": closes.astimezone(tz).date() - timedelta(days=1) if closes else None,
        }

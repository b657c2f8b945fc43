"""What somebody says who wants in, and who lets them."""

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password

from members.forms.names import NameField
from members.models import TIME_ZONES, Invitation, Member, Organisation, RoleGrant
from members.roles import BY_STAFF, may_give


class ApplyForm(forms.Form):
    name = NameField(max_length=120, label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label="Your work address",
        help_text="We send a link to it. Your application goes on from there.",
        widget=forms.EmailInput({"autocomplete": "email"}),
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class OrganisationSearchForm(forms.Form):
    q = forms.CharField(max_length=80, label="Search for your organisation", help_text="Three letters or more.")


class ConfirmForm(forms.Form):
    """The rest of an application, once the address is proven."""

    organisation = forms.ChoiceField(label="Your organisation", required=False, widget=forms.RadioSelect)
    organisation_name = forms.CharField(
        max_length=200, required=False, label="It is not listed: its name", help_text="NCB staff will look it up."
    )
    title = forms.CharField(max_length=120, required=False, label="What you do there")
    message = forms.CharField(
        max_length=2000,
        required=False,
        label="Anything else we should know",
        help_text="For instance who there can vouch for you. Please nothing about clients.",
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args, found: list[Organisation], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(organisation.pk): organisation for organisation in found}
        self.fields["organisation"].choices = [
            *((pk, str(organisation)) for pk, organisation in self.found.items()),
            ("", "Another one"),
        ]

    def clean(self) -> dict:
        values = super().clean()
        values["organisation"] = self.found.get(values.get("organisation", ""))
        if not values["organisation"] and not values.get("organisation_name"):
            self.add_error("organisation_name", "Choose your organisation from the list, or write its name here.")
        return values


class AcceptForm(forms.Form):
    """A new member's first words. The address is the invitation's, whatever is typed."""

    name = NameField(max_length=120, label="Your name", widget=forms.TextInput({"autocomplete": "name"}))
    time_zone = forms.ChoiceField(choices=TIME_ZONES, label="Your time zone")
    password = forms.CharField(
        required=False,
        label="A password",
        help_text="At least 15 characters: a few words that do not belong together are easy to keep. Leave it empty to "
        "sign in with a code by mail; you can add a passkey afterwards.",
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=True),
    )

    def __init__(self, *args, invitation: Invitation, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["name"].initial = invitation.name
        if invitation.organisation:
            self.fields["time_zone"].initial = invitation.organisation.time_zone

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if password:
            name = self.cleaned_data.get("name", "")
            validate_password(password, Member(email=self.invitation.email, name=name))
        return password


class AppealForm(forms.Form):
    text = forms.CharField(
        max_length=4000,
        label="Your reply",
        help_text="Say what the decision missed. Please nothing about clients.",
        widget=forms.Textarea({"rows": 8}),
    )


class InviteForm(forms.Form):
    """By an organisation's contact: for their own organisation, without roles."""

    email = forms.EmailField(label="Their work address")
    name = NameField(max_length=120, required=False, label="Their name")
    title = forms.CharField(max_length=120, required=False, label="What they do")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class StaffInviteForm(InviteForm):
    """By NCB staff: for any organisation, or for the programme itself, with roles."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), required=False, empty_label="None: staff of the programme"
    )
    roles = forms.MultipleChoiceField(
        required=False,
        choices=RoleGrant.Role,
        widget=forms.CheckboxSelectMultiple,
        help_text="Without one they are a member of their organisation.",
    )
    field_order = ["organisation", "email", "name", "title", "roles"]

    def __init__(self, *args, by: Member, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [choice for choice in RoleGrant.Role.choices if may_give(by, choice[0])]

    def clean(self) -> dict:
        values = super().clean()
        roles, organisation = values.get("roles", []), values.get("organisation")
        if RoleGrant.Role.CONTACT in roles and not organisation:
            self.add_error("organisation", "A contact speaks for an organisation. Choose which.")
        if not roles and not organisation and not self.errors:
            self.add_error("organisation", "Choose an organisation, or a role in the programme.")
        return values


class ApproveForm(forms.Form):
    """By NCB staff; where the applicant wrote a name that is not listed, they choose what it is."""

    organisation = forms.ModelChoiceField(Organisation.objects.all())
    roles = forms.MultipleChoiceField(
        required=False,
        choices=[(role.value, role.label) for role in RoleGrant.Role if role in BY_STAFF],
        widget=forms.CheckboxSelectMultiple,
    )


class RefuseForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        label="Reason for the refusal",
        help_text="They will read it, and may reply.",
        widget=forms.Textarea({"rows": 4}),
    )


def known_addresses(member: Member) -> set[str]:
    """The confirmed addresses of a member, in small letters."""
    addresses = EmailAddress.objects.filter(user=member, verified=True).values_list("email", flat=True)
    return {address.lower() for address in addresses}

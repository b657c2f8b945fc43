"""How members sign in: what django-allauth asks us, and what we ask of it."""

import base64
import logging
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import (
    AddEmailForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.manage_email import email_already_exists
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from members import sessions
from members.actions.sessions import change_sign_in, note_sign_in, note_sign_out
from members.codes import code_of, new_seed, take_code, use_once
from members.models import Member
from worker import letters

logger = logging.getLogger(__name__)


class Backend(AuthenticationBackend):
    """Members by address and password. A deactivated account answers like a wrong password."""

    def get_user(self, user_id: Any) -> Member | None:
        member = sessions.member_of_session(user_id)
        return member if member and self.user_can_authenticate(member) else None

    @classmethod
    def _stash_user(cls, user: Any) -> None:
        """allauth would remember a deactivated member whose password was right, and tell them so. It does not here."""


class AccountAdapter(DefaultAccountAdapter):
    """What allauth.account asks the project."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        self.add_message(request, messages.ERROR, message=self.error_messages["email_password_mismatch"])
        return redirect("account_login")

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        request.session.set_expiry(0)
        sessions.begin(request)
        UserSession.objects.create_from_request(request)
        note_sign_in(member=user, ways=[record["method"] for record in get_authentication_records(request, user)])

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        logger.warning("A sign-in by password failed.")

    def logout(self, request: Any) -> None:
        member = request.user
        sessions.leave(request.session.session_key)
        sessions.end(request)
        request.signed_out = True
        note_sign_out(member=member)

    def generate_login_code(self) -> str:
        return new_seed()

    generate_password_reset_code = generate_email_verification_code = generate_login_code

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Every letter of allauth's goes the way of ours; only those that have a template here are sent."""
        name = template_prefix.rsplit("/", 1)[-1]
        values = {"member": context.get("user"), "minutes": settings.CODE_MINUTES}
        if "code" in context:
            values["code"] = code_of(context["code"])
        if name in LETTERS_OF_ALLAUTH:
            letters.send(email, LETTERS_OF_ALLAUTH[name], values)

    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict | None = None, email: str | None = None
    ) -> None:
        """allauth calls this after each change of a password, a factor or an address. Every other session ends."""
        request, what = _request(), template_prefix.rsplit("/", 1)[-1]
        if what in {"totp_activated", "webauthn_added"}:
            record_authentication(request, user, "mfa")
        elif not FactorAdapter().is_mfa_enabled(user, sessions.FACTORS):
            sessions.forget_second_factor(request)
        change_sign_in(member=user, what=what, told=email or user.email)
        sessions.keep(request, user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Nothing sensitive without a sign-in of the last minutes; where there is no password, by a code."""
        request = _request()
        if sessions.is_persona(request) or _signed_in_lately(request):
            return False
        if not super().get_reauthentication_methods(request.user):
            raise ReauthenticationRequired
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict]:
        by_code = {"id": "code", "description": "Use a code sent to your address", "url": reverse("members:fresh")}
        return super().get_reauthentication_methods(user) or [by_code]


class FactorAdapter(DefaultMFAAdapter):
    """What allauth.mfa asks the project. Its secrets are encrypted at rest with a key made of SECRET_KEY."""

    def get_totp_issuer(self) -> str:
        return settings.SITE_NAME

    def _get_site_name(self) -> str:
        return settings.SITE_NAME

    def encrypt(self, text: str) -> str:
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _vault().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 (allauth's name)
        return sessions.describe(_request().headers.get("User-Agent", ""))


def in_our_words(form: forms.Form, name: str, label: str = "E-mail address") -> None:
    """One word for one thing; and no placeholder that says the label again."""
    form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, "login")


class AskForCodeForm(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, "email")


class ForgotPasswordForm(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, "email")


class NewAddressForm(AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_our_words(self, "email", "New address")


class LoginCodeForm(ConfirmLoginCodeForm):
    def clean_code(self) -> str:
        return take_code(self.cleaned_data["code"], self.expected_code)


class ResetCodeForm(ConfirmPasswordResetCodeForm):
    def clean_code(self) -> str:
        return take_code(self.cleaned_data["code"], self.expected_code)


class AddressCodeForm(ConfirmEmailVerificationCodeForm):
    def clean_code(self) -> str:
        code = take_code(self.cleaned_data["code"], self.expected_code)
        email_already_exists(user=self.user, email=self.email, always_raise=True)
        return code


class Credential(forms.JSONField):
    """What a passkey answers. Nested without end, it is none."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError:
            raise FactorAdapter().validation_error("incorrect_code") from None


class PasskeyForm(LoginWebAuthnForm):
    credential = Credential(widget=forms.HiddenInput)

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except (AttributeError, LookupError, TypeError, ValueError):  # from within the library: no passkey says this
            raise FactorAdapter().validation_error("incorrect_code") from None


class FactorForm(AuthenticateForm):
    def clean_code(self) -> str:
        return _once_each(self.user, super().clean_code())


class FreshFactorForm(ReauthenticateForm):
    def clean_code(self) -> str:
        return _once_each(self.user, super().clean_code())


# allauth's names of its letters, and ours.
LETTERS_OF_ALLAUTH = {
    "login_code": "sign_in_code",
    "password_reset_code": "reset_code",
    "email_confirmation": "address_code",
    "email_confirmation_signup": "address_code",
    "unknown_account": "sign_in_unknown",
}


def _once_each(member: Member, code: str) -> str:
    """An authenticator's code is good for 90 seconds (one step either way), but once (RFC 6238, 5.2)."""
    if not use_once("factor", f"{member.pk} {code}", 120):
        raise FactorAdapter().validation_error("incorrect_code")
    return code


def _signed_in_lately(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _request() -> HttpRequest:
    return context.request


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    seals = [salted_hmac("members.vault", "", secret=key, algorithm="sha256").digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(seal)) for seal in seals])

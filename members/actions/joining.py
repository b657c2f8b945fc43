"""The two ways in: an invitation, and an application that somebody approves."""

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from access import Refusal, insist_on_pace
from audit.trail import append
from members.actions.roles import forget_roles
from members.domains import organisation_of_address
from members.eligibility import eligibility
from members.models import Affiliation, Application, Invitation, Member, Organisation, RoleGrant
from members.roles import staff
from members.tokens import hash_of, new_token
from spaces.inbox import access_changed, open_inbox
from worker.letters import send

Role, Outcome = RoleGrant.Role, Application.Outcome
CONFIRM_DAYS = 3
APPEAL_DAYS = 30
USED_UP = "This invitation can no longer be used. Ask whoever invited you, or NCB staff, to send a new one."


@transaction.atomic
def invite(
    *,
    email: str,
    organisation: Organisation | None,
    by: Member | None,
    name: str = "",
    title: str = "",
    roles: Iterable[str] = (),
) -> Invitation:
    """Send somebody a link that makes them a member. An older link to the same organisation dies."""
    if by:
        insist_on_pace(by)
    invitation, token = issue_invitation(
        email=email, organisation=organisation, by=by, name=name, title=title, roles=roles
    )
    send(invitation.email, "invitation", {"invitation": invitation, "token": token})
    return invitation


@transaction.atomic
def issue_invitation(
    *,
    email: str,
    organisation: Organisation | None,
    by: Member | None,
    name: str = "",
    title: str = "",
    roles: Iterable[str] = (),
) -> tuple[Invitation, str]:
    """An invitation and its token, which is nowhere else."""
    email, roles = email.strip().lower(), sorted(set(roles))
    if organisation and organisation.affiliations.current().filter(member__email=email).exists():
        raise Refusal(f"This address belongs to somebody who is linked to {organisation} already. Look at its people.")
    if organisation is None and not roles:
        raise Refusal("Choose an organisation, or a role in the programme: without either the link opens nothing.")
    older = Invitation.objects.waiting().filter(email=email, organisation=organisation)
    older.update(revoked_at=timezone.now(), revoked_by=by)
    token, token_hash = new_token("invitation")
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email,
                name=name,
                title=title,
                organisation=organisation,
                roles=roles,
                token_hash=token_hash,
                invited_by=by,
                expires_at=timezone.now() + timedelta(days=settings.INVITATION_DAYS),
            )
    except IntegrityError:
        raise Refusal("Somebody is inviting this address just now. Load the page again.") from None
    facts = {"organisation": getattr(organisation, "pk", None), "roles": roles}
    append("invitation.sent", subject=invitation, by=by, facts=facts)
    return invitation, token


@transaction.atomic
def resend(*, invitation: Invitation, by: Member) -> Invitation:
    """Send the invitation anew, with a new link and new days; the older link dies."""
    if invitation.accepted_at:
        raise Refusal("This invitation was accepted already. Look at the organisation's people.")
    return invite(
        email=invitation.email,
        organisation=invitation.organisation,
        by=by,
        name=invitation.name,
        title=invitation.title,
        roles=invitation.roles,
    )


@transaction.atomic
def revoke(*, invitation: Invitation, by: Member) -> None:
    """Take an invitation back: its link dies."""
    waiting = Invitation.objects.waiting().filter(pk=invitation.pk)
    if not waiting.update(revoked_at=timezone.now(), revoked_by=by):
        raise Refusal("This invitation was used or withdrawn already. Load the page again.")
    append("invitation.revoked", subject=invitation, by=by)


def invitation_for(token: str) -> Invitation | None:
    """The invitation that this link still opens, if it does."""
    waiting = Invitation.objects.waiting().select_related("organisation", "invited_by")
    return waiting.filter(token_hash=hash_of("invitation", token), expires_at__gt=timezone.now()).first()


@transaction.atomic
def accept_as_new(*, token: str, name: str, time_zone: str, password: str = "") -> Member:
    """Make the invited person a member. Without a password they sign in with a code by mail, or a passkey."""
    invitation = _claim(token)
    member = _new_member(invitation.email, name, time_zone, password)
    return _join(invitation, member)


@transaction.atomic
def make_guest(*, email: str, name: str, time_zone: str) -> Member:
    """An account for somebody who came by a link to this address. By itself it opens nothing."""
    member = _new_member(email, name, time_zone)
    append("guest.joined", subject=member, by=member)
    return member


@transaction.atomic
def accept_as_member(*, token: str, member: Member) -> Member:
    """Link somebody who has an account already. The address must be one of theirs, and confirmed."""
    invitation = _claim(token)
    if not EmailAddress.objects.filter(user=member, email__iexact=invitation.email, verified=True).exists():
        raise Refusal("This invitation is for another address. Sign out, and open it as the person it was sent to.")
    return _join(invitation, member)


@transaction.atomic
def apply(*, name: str, email: str) -> None:
    """Somebody asks to join: a link to their address comes first. A member, or who waits already, is told by mail."""
    email = email.strip().lower()
    member = Member.objects.filter(email__iexact=email).first()
    if member:
        send(email, "apply_member", {"member": member})
    elif Application.objects.waiting().filter(email=email).exists():
        send(email, "apply_waiting", {})
    else:
        token, token_hash = new_token("confirm")
        Application.objects.filter(email=email, confirmed_at=None).delete()
        Application.objects.create(
            name=name,
            email=email,
            token_hash=token_hash,
            token_expires_at=timezone.now() + timedelta(days=CONFIRM_DAYS),
        )
        send(email, "apply_confirm", {"name": name, "token": token, "days": CONFIRM_DAYS})


def application_for(token: str) -> Application | None:
    """The application that this link still confirms, if it does."""
    unconfirmed = Application.objects.filter(confirmed_at=None, token_expires_at__gt=timezone.now())
    return unconfirmed.filter(token_hash=hash_of("confirm", token)).first()


@transaction.atomic
def confirm_application(
    *, token: str, organisation: Organisation | None, organisation_name: str, title: str, message: str
) -> Application:
    """The address is proven: put the application before the organisation's contact and NCB staff."""
    application = _locked(Application.objects.filter(confirmed_at=None), "confirm", token)
    if organisation is None and not organisation_name:
        raise Refusal("Choose your organisation from the list, or write its name.")
    application.organisation, application.organisation_name = organisation, organisation_name
    application.title, application.message = title, message
    application.confirmed_at = timezone.now()
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError:
        raise Refusal("We have your application already. You will hear from us by mail.") from None
    append("application.confirmed", subject=application, facts={"organisation": getattr(organisation, "pk", None)})
    for member in _deciders(organisation):
        send(member.email, "application_waiting", {"member": member, "application": application})
    return application


@transaction.atomic
def approve(
    *, application: Application, by: Member, organisation: Organisation | None = None, roles: Iterable[str] = ()
) -> Invitation:
    """Say yes: an invitation goes to the applicant. NCB staff choose the organisation where it was not listed."""
    organisation = organisation or application.organisation
    if organisation is None:
        raise Refusal("Choose the organisation first. If it is not listed yet, add it and come back.")
    _decide(application, by, Outcome.APPROVED, "")
    application.organisation = organisation
    application.save(update_fields=["organisation"])
    return invite(
        email=application.email,
        organisation=organisation,
        by=by,
        name=application.name,
        title=application.title,
        roles=roles,
    )


@transaction.atomic
def refuse(*, application: Application, by: Member, reason: str) -> None:
    """Say no, with a reason. The letter's link opens a page to reply on; after an appeal the no is final."""
    on_appeal = application.under_appeal
    _decide(application, by, Outcome.REFUSED, reason)
    if on_appeal:
        send(application.email, "application_refused_again", {"application": application})
        return
    token, application.token_hash = new_token("appeal")
    application.token_expires_at = timezone.now() + timedelta(days=APPEAL_DAYS)
    application.save(update_fields=["token_hash", "token_expires_at"])
    context = {"application": application, "token": token, "days": APPEAL_DAYS}
    send(application.email, "application_refused", context)


def refusal_for(token: str) -> Application | None:
    """The refused application that this link still lets one reply to, if it does."""
    refused = Application.objects.filter(outcome=Outcome.REFUSED, appealed_at=None)
    return refused.filter(token_hash=hash_of("appeal", token), token_expires_at__gt=timezone.now()).first()


@transaction.atomic
def appeal(*, token: str, text: str) -> Application:
    """The applicant replies: somebody of NCB who did not decide before looks at it again."""
    refused = Application.objects.filter(outcome=Outcome.REFUSED, appealed_at=None)
    application = _locked(refused, "appeal", token)
    application.appeal, application.appealed_at = text, timezone.now()
    application.save(update_fields=["appeal", "appealed_at"])
    append("application.appealed", subject=application)
    for member in [one for one in staff() if one.pk != application.decided_by_id]:
        send(member.email, "appeal_waiting", {"member": member, "application": application})
    return application


def forget_unconfirmed() -> int:
    """Delete applications whose address nobody confirmed in time."""
    old = Application.objects.filter(confirmed_at=None, token_expires_at__lt=timezone.now())
    return old.delete()[0]


def suggestion_for(application: Application) -> Organisation | None:
    """The organisation that the proven address belongs to, by its whole domain."""
    return organisation_of_address(application.email)


def _new_member(email: str, name: str, time_zone: str, password: str = "") -> Member:
    member = Member(email=email, name=name, time_zone=time_zone)
    if password:
        member.set_password(password)
    else:
        member.set_unusable_password()
    try:
        with transaction.atomic():
            member.save(force_insert=True)
            EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    except IntegrityError:
        raise Refusal(
            "There is an account with this address already. Sign in, then open the invitation again."
        ) from None
    open_inbox(member)
    return member


def _claim(token: str) -> Invitation:
    """The invitation, locked and used up. Two who press at once take turns, and the second is told."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(token_hash=hash_of("invitation", token))
        .first()
    )
    if not invitation or invitation.accepted_at or invitation.revoked_at or invitation.expired:
        raise Refusal(USED_UP)
    return invitation


def _join(invitation: Invitation, member: Member) -> Member:
    invitation.accepted_at, invitation.accepted_by = timezone.now(), member
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    organisation = invitation.organisation
    if organisation and not organisation.affiliations.filter(member=member, ends_on=None).exists():
        affiliation = Affiliation.objects.create(
            member=member, organisation=organisation, title=invitation.title, starts_on=organisation.today()
        )
        affiliation.basis_then = eligibility(member, "groups").on_record()
        affiliation.save(update_fields=["basis_then"])
    for role in invitation.roles:
        RoleGrant.objects.get_or_create(
            member=member,
            role=role,
            organisation=organisation if role == Role.CONTACT else None,
            ended_at=None,
            defaults={"granted_by": invitation.invited_by},
        )
    forget_roles(member)
    facts = {
        "invitation": invitation.pk,
        "organisation": getattr(organisation, "pk", None),
        "roles": invitation.roles,
        "invited_by": invitation.invited_by_id,
    }
    append("invitation.accepted", subject=member, by=member, facts=facts)
    access_changed([member], by=member)
    return member


def _locked(applications, purpose: str, token: str) -> Application:
    application = (
        applications.select_for_update()
        .filter(token_hash=hash_of(purpose, token), token_expires_at__gt=timezone.now())
        .first()
    )
    if not application:
        raise Refusal("This link was used already, or is too old. Apply again, or write to NCB staff.")
    return application


def _decide(application: Application, by: Member, outcome: Application.Outcome, reason: str) -> None:
    """Write the decision down, once: of two who decide at once, the second is told."""
    waiting = Application.objects.waiting().filter(pk=application.pk)
    if application.under_appeal:
        changed = waiting.exclude(appealed_at=None).update(
            appeal_decided_at=timezone.now(), appeal_decided_by=by, appeal_outcome=outcome, appeal_reason=reason
        )
    else:
        changed = waiting.filter(decided_at=None).update(
            decided_at=timezone.now(), decided_by=by, outcome=outcome, reason=reason
        )
    if not changed:
        raise Refusal("Somebody has decided on this application already. Load the page again to see how.")
    on_appeal = application.under_appeal
    application.refresh_from_db()
    facts = {"outcome": outcome, "on_appeal": on_appeal, "reason": reason}
    append("application.decided", subject=application, by=by, facts=facts)


def _deciders(organisation: Organisation | None) -> Iterable[Member]:
    """The organisation's contacts; NCB staff where it has none."""
    contacts = Member.objects.filter(
        role_grants__in=RoleGrant.objects.current().filter(role=Role.CONTACT, organisation=organisation),
        deactivated_at=None,
    ).distinct()
    return contacts if organisation and contacts else staff()

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from audit.trail import append
from members.actions.joining import issue_invitation
from members.models import RoleGrant


class Command(BaseCommand):
    help = "Print a link, good once, that makes the holder of an address the first NCB admin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="The admin's address.")
        parser.add_argument("--again", metavar="REASON", help="Why there must be one more, though there is an admin.")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        email, reason = options["email"].strip().lower(), (options["again"] or "").strip()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is not an address.") from None
        admins = RoleGrant.objects.current().filter(role=RoleGrant.Role.ADMIN, member__deactivated_at=None)
        if admins.exists() and not reason:
            raise CommandError(
                "There is an NCB admin already: they invite others in the staff area. "
                "If they can no longer be reached, say so: --again “the reason”. It is kept in the audit trail."
            )
        invitation, token = issue_invitation(email=email, organisation=None, by=None, roles=[RoleGrant.Role.ADMIN])
        append("admin.invited", subject=invitation, facts={"reason": reason})
        self.stdout.write(
            f"Open this link within {settings.INVITATION_DAYS} days; it works once, and only for {email}:\n"
            f"{settings.SITE_URL}{reverse('members:invitation', args=[token])}"
        )

from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import OuterRef
from django.utils.timezone import now

from audit.trail import append
from notifications.models import Letter, Mailed, Notice, PushedBrowser
from spaces.models import Space


class Command(BaseCommand):
    help = "Run once after a backup was restored, before the servers start: pages load anew, everybody signs in again, \
and no letter of then goes out a second time."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        append("backup.restored", subject=None)
        spaces = Space.objects.update(epoch=uuid4())
        UserSession.objects.all().delete()
        sessions, _ = Session.objects.all().delete()
        letters = Letter.objects.waiting().update(given_up_at=now(), trouble="restored")
        PushedBrowser.objects.all().delete()  # some may have been signed out since
        Mailed.objects.update(seq=Space.objects.filter(memberships=OuterRef("pk")).values("last_seq"))
        Notice.objects.filter(read_at=None, mailed_at=None).update(mailed_at=now())
        self.stdout.write(f"{spaces} spaces begin anew, {sessions} sessions are over, {letters} letters stay here.")

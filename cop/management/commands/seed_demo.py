from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cop import demonstration


class Command(BaseCommand):
    help = "Loads invented people, organisations and a consultation group, for a demonstration only."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demonstration data is not for production.")
        demonstration.load()

"""Out of the box both bases open every service: the programme's published rule."""

from datetime import date

from django.db import migrations

SERVICES = [
    "groups", "meetings", "discussions", "symposium", "courses", "consultations", "library", "measure",
]  # fmt: skip


def open_every_service(apps, schema_editor):
    rule = apps.get_model("members", "EligibilityRule")
    rule.objects.bulk_create(
        rule(service=service, basis=basis, valid_from=date(2000, 1, 1))
        for service in SERVICES
        for basis in ["orr_award", "ncttp"]
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunPython(open_every_service, migrations.RunPython.noop)]

from django.db import migrations, models


def to_learners(apps, schema_editor):
    """What was said at registration is the learner's now; a profession that has no rule was never credited."""
    Details, Learner = apps.get_model("symposium", "Details"), apps.get_model("symposium", "Learner")
    for one in Details.objects.exclude(ce_profession="").select_related("registration__of", "registration__member"):
        edition, member = one.registration.of.edition_id, one.registration.member
        learner, _ = Learner.objects.get_or_create(edition_id=edition, member=member)
        learner.licence = one.ce_licence
        learner.save(update_fields=["licence"])
        rules = apps.get_model("symposium", "CreditRule").objects.filter(edition=edition)
        learner.rules.add(*rules.filter(profession__iexact=one.ce_profession))
    Details.objects.exclude(ce_profession="").update(ce_profession="", ce_licence="")


class Migration(migrations.Migration):

    dependencies = [
        ('symposium', '0008_changed_days'),
    ]

    operations = [
        migrations.AddField(
            model_name='learner',
            name='licence',
            field=models.CharField(blank=True, db_default='', max_length=80),
        ),
        migrations.RunPython(to_learners, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0006_found_by_words")]

    operations = [
        migrations.AddField(
            model_name="calendaraddress",
            name="hour_at",
            field=models.DateTimeField(
                blank=True, help_text="When the hour began in which its turns count.", null=True
            ),
        ),
        migrations.AddField(
            model_name="calendaraddress",
            name="turns",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="How often it was answered in that hour."
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('symposium', '0007_closed_categories'),
    ]

    operations = [
        migrations.AddField(
            model_name='edition',
            name='days_changed',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, help_text='How often its days were changed: what calendars go by.'),
        ),
        migrations.AddField(
            model_name='registration',
            name='days_told',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text='Which of the changes of its days their calendar has.'),
        ),
    ]

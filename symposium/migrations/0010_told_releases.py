from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('symposium', '0009_licences'),
    ]

    operations = [
        migrations.AddField(
            model_name='release',
            name='is_to_be_told',
            field=models.BooleanField(db_default=False, default=False, help_text='Letters about it wait.'),
        ),
        migrations.AddField(
            model_name='release',
            name='told_up_to',
            field=models.UUIDField(blank=True, help_text='The last member, by id, who was written to.', null=True),
        ),
    ]

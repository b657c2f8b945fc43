from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('symposium', '0006_post_tests'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='closed_at',
            field=models.DateTimeField(blank=True, help_text='Since when nobody registers in it anew.', null=True),
        ),
    ]

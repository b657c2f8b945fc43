import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('symposium', '0005_registration'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='creditrule',
            name='post_test',
            field=models.BooleanField(db_default=False, default=False, help_text='Whoever watched it and passed the session’s post-test gets the credit of the whole session.', verbose_name='a recording counts, too'),
        ),
        migrations.CreateModel(
            name='PostTest',
            fields=[
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='post_test', serialize=False, to='symposium.session')),
                ('questions', models.TextField(help_text='As staff write them; `symposium.post_tests` reads them.', max_length=8000)),
                ('percent', models.PositiveSmallIntegerField(default=80, verbose_name='percent right, at least')),
                ('attempts', models.PositiveSmallIntegerField(default=3, help_text='How often one may take it.', verbose_name='attempts')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('percent__gte', 1), ('percent__lte', 100)), name='post_test_passed_by_a_share'),
                    models.CheckConstraint(condition=models.Q(('attempts__gte', 1), ('attempts__lte', 10)), name='post_test_taken_a_few_times'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(help_text='Their first, their second …')),
                ('right', models.PositiveSmallIntegerField()),
                ('of', models.PositiveSmallIntegerField()),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('test', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken', to='symposium.posttest')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [
                    models.UniqueConstraint(fields=('test', 'member', 'number'), name='one_attempt_of_a_number_each'),
                    models.CheckConstraint(condition=models.Q(('right__lte', models.F('of'))), name='no_more_right_than_asked'),
                ],
            },
        ),
    ]

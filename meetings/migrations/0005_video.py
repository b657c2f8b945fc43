from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_rooms")]

    operations = [
        migrations.AddField(
            model_name="meetingseries",
            name="built_in_room",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The video room is one of the site's own Jitsi, and has no address.",
            ),
        ),
        migrations.AddField(
            model_name="meetingseries",
            name="captions_url",
            field=models.URLField(
                blank=True,
                db_default="",
                help_text="Where what is said is written along (CART). Kept to oneself as the video room is.",
                max_length=500,
                verbose_name="captions",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingseries",
            constraint=models.CheckConstraint(
                condition=Q(built_in_room=False) | Q(room_url=""), name="series_has_one_video_room"
            ),
        ),
    ]

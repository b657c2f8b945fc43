"""What is said about posters."""

from django.db import models

from discussions.models import Thread
from symposium.models.sessions import Session


class Poster(models.Model):
    """The thread of a poster: in the room of its session. There once somebody has opened its page."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, primary_key=True, related_name="poster")
    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="poster")

    def __str__(self) -> str:
        return f"Poster of {self.session_id}"

from typing import Any

from django.core.management.base import BaseCommand

from discussions.markup import to_html
from discussions.models import Post
from discussions.people import mentionable
from spaces.models import Space


class Command(BaseCommand):
    help = "Render every post anew, after discussions/markup.py has changed."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = 0
        for space in Space.objects.filter(posts__isnull=False).distinct():
            people = mentionable(space)
            for post in space.posts.kept().iterator():
                html = to_html(post.body, people)
                changed += html != post.html and Post.objects.filter(pk=post.pk, body=post.body).update(html=html)
        self.stdout.write(f"{changed} posts changed.")

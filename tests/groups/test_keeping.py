from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils.timezone import now

from discussions.actions import write_post
from discussions.models import Post
from groups import tasks


def say(cast, days_ago):
    post = write_post(thread=cast.group.space.threads.get(), by=cast.member, body="A thought.", client_id=uuid4())
    Post.objects.filter(pk=post.pk).update(created_at=now() - timedelta(days=days_ago))


def keep_for(client, cast, days):
    return client.post(reverse("groups:keep_for", args=[cast.group.pk]), {"days": days})


def test_messages_go_after_half_a_year(cast):
    say(cast, days_ago=181)
    say(cast, days_ago=179)
    assert tasks.let_old_messages_go() == 1


def test_a_facilitator_may_shorten_it_and_not_lengthen_it(client, cast):
    say(cast, days_ago=31)
    client.force_login(cast.facilitator)
    for wrong in (13, 181, "x"):
        assert keep_for(client, cast, wrong).status_code in {200, 422}
    assert tasks.let_old_messages_go() == 0
    assert keep_for(client, cast, 30).status_code == 302
    assert tasks.let_old_messages_go() == 1


def test_the_house_has_the_last_word(cast, settings):
    cast.group.keep_days = 170
    settings.CHAT_KEEP_DAYS = 90
    assert cast.group.kept_for == 90

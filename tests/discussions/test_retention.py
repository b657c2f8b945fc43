from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from audit.models import Entry
from discussions.actions import write_post
from discussions.models import Post
from discussions.retention import purge_posts
from files.actions import receive
from spaces.models import Activity

CUT = timedelta(days=180)


@pytest.fixture
def say(cast):
    def say(body="A thought.", *, days_ago=0, **more):
        post = write_post(thread=cast.group.space.threads.get(), by=cast.member, body=body, client_id=uuid4(), **more)
        Post.objects.filter(pk=post.pk).update(created_at=now() - timedelta(days=days_ago))
        return post

    return say


def purge(cast):
    return purge_posts(space=cast.group.space, before=now() - CUT)


def test_what_is_old_goes_and_what_is_not_stays(cast, say):
    old, new = say(days_ago=181), say(days_ago=179)
    assert purge(cast) == 1
    assert list(Post.objects.all()) == [new]
    assert purge(cast) == 0
    activity = Activity.objects.filter(space=cast.group.space).last()
    assert (activity.kind, activity.target) == ("post.purged", old.pk)


def test_a_conversation_goes_when_its_last_word_is_old(cast, say):
    root = say(days_ago=300)
    reply = say(days_ago=10, reply_to=root.pk)
    assert purge(cast) == 0
    Post.objects.filter(pk=reply.pk).update(created_at=now() - timedelta(days=190))
    assert purge(cast) == 2


def test_its_files_go_with_it_and_the_destruction_is_written_down(cast, say, django_capture_on_commit_callbacks):
    upload = SimpleUploadedFile("agenda.txt", b"An agenda.")
    file = receive(space=cast.group.space, upload=upload, by=cast.member, client_id=uuid4())
    say("Here.", days_ago=200, files=[file.pk])
    assert default_storage.exists(file.stored_as)
    with django_capture_on_commit_callbacks(execute=True):
        purge(cast)
    assert not default_storage.exists(file.stored_as)
    facts = Entry.objects.get(verb="posts.purged").facts
    assert (facts["posts"], facts["files"], len(facts["sha256"])) == (1, 1, 64)

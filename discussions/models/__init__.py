"""Forums, threads, posts, and what members do with them."""

from discussions.models.first import FirstPost
from discussions.models.forums import Forum, Reader, Topic
from discussions.models.moderation import Decision, Flag, to_decide
from discussions.models.polls import Answer, Ballot, Poll
from discussions.models.posts import (
    Bookmark,
    Draft,
    Intensity,
    Mention,
    Post,
    PostQuerySet,
    PostVersion,
    Reaction,
    Sign,
    Unnamed,
    written_by,
)
from discussions.models.threads import Thread, ThreadQuerySet
from discussions.models.traces import Trace

__all__ = [
    "Answer",
    "Ballot",
    "Bookmark",
    "Decision",
    "Draft",
    "FirstPost",
    "Flag",
    "Forum",
    "Intensity",
    "Mention",
    "Poll",
    "Post",
    "PostQuerySet",
    "PostVersion",
    "Reaction",
    "Reader",
    "Sign",
    "Thread",
    "ThreadQuerySet",
    "Topic",
    "Trace",
    "Unnamed",
    "to_decide",
    "written_by",
]

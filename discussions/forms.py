"""What a page sends when somebody writes."""

from datetime import datetime, time, timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import Truncator, slugify
from django.utils.timezone import localdate, make_aware

from access import may
from discussions.models import Decision, Flag, Forum, Intensity, Poll, Post, Thread, Topic
from members.forms.staff import DayInput
from members.models import Member
from spaces.models import Space
from spaces.screening import tells_nobody_apart

LONGEST_OPEN = 2 * 365  # days
UNNAMED = {
    Forum.Naming.HIDDEN: "Everybody reads “A member”. Nobody is told whose question it is, moderators neither.",
    Forum.Naming.MODERATORS: "Everybody reads “A member”. Moderators can find out who asked; that is written down.",
}


class IdsField(forms.Field):
    """Several ids under one name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[UUID]:
        try:
            return [UUID(one) for one in value or []]
        except ValueError:
            raise ValidationError("That is not an id.") from None


class WordsField(forms.Field):
    """Text as it came. What must not stand in it is taken out when it is kept."""

    def to_python(self, value) -> str:
        return value or ""


class WriteForm(forms.Form):
    """A new post. What may stand in it is the action's to say."""

    body = WordsField(required=False)
    client_id = forms.UUIDField()
    reply_to = forms.UUIDField(required=False)
    files = IdsField(required=False)  # type: ignore[assignment]  # a form keeps its fields elsewhere
    announcement = forms.BooleanField(required=False)
    unnamed = forms.BooleanField(required=False)
    intensity = forms.TypedChoiceField(choices=Intensity.choices, coerce=int, required=False, empty_value=0)
    content_note = forms.CharField(max_length=160, required=False)


class ThreadForm(forms.Form):
    """A new thread. What may stand in it is the action's to say."""

    kind = forms.ChoiceField(choices=[], widget=forms.RadioSelect)
    title = WordsField(
        label="Title",
        error_messages={"required": "Give it a title: one line that says what it is about."},
        widget=forms.TextInput(attrs={"maxlength": 160, "autocomplete": "off"}),
        help_text="One line that says what it is about. No names, dates or places of clients.",
    )
    body = WordsField(
        label="Text",
        error_messages={"required": "There is only a title yet. Say in a few words what it is about."},
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label="Topics"
    )
    intensity = forms.TypedChoiceField(
        choices=Intensity.choices,
        coerce=int,
        required=False,
        empty_value=0,
        label="How hard is it to read?",
        help_text="From “hard” on it is folded behind your note, and never shown in lists or mail.",
    )
    content_note = forms.CharField(
        max_length=160,
        required=False,
        label="What should a reader know before?",
        validators=[tells_nobody_apart],
        widget=forms.TextInput(attrs={"placeholder": "Describes violence against children"}),
    )
    unnamed = forms.BooleanField(required=False, label="Ask without my name")
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    files = IdsField(required=False)  # type: ignore[assignment]  # a form keeps its fields elsewhere

    def __init__(self, *args: Any, space: Space, by: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        head_fields(self, space, by)
        if may(by, "post.unnamed", Thread(space=space, kind=Thread.Kind.QUESTION)):
            self.fields["unnamed"].help_text = UNNAMED[space.forum.unnamed]
        else:
            del self.fields["unnamed"]


class HeadForm(forms.Form):
    """What a thread is called and about."""

    kind = forms.ChoiceField(choices=[], widget=forms.RadioSelect)
    title = forms.CharField(max_length=160, validators=[tells_nobody_apart])
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label="Topics"
    )

    def __init__(self, *args: Any, space: Space, by: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        head_fields(self, space, by)


class PostsField(forms.ModelMultipleChoiceField):
    """Posts to choose from, each with who said it and its first words; what is folded shows its note instead."""

    def label_from_instance(self, post: Any) -> str:
        words = post.content_note or "Hard to read" if post.is_folded else Truncator(post.body or "A file").chars(90)
        return f"{post.by}: {words if post.stands else '(removed)'}"


class SplitForm(HeadForm):
    """Which posts become a thread of their own, and what it is called."""

    posts = PostsField(Post.objects.none(), widget=forms.CheckboxSelectMultiple, label="Posts that belong elsewhere")
    field_order = ["posts", "title", "kind", "topics"]

    def __init__(self, *args: Any, thread: Thread, by: Member, **more: Any) -> None:
        super().__init__(*args, space=thread.space, by=by, **more)
        roots = thread.posts.roots().exclude(opens=thread).select_related("author")
        self.fields["posts"].queryset = roots


class MergeForm(forms.Form):
    """The thread that another one is merged into."""

    into = forms.ModelChoiceField(Thread.objects.none(), label="Into which thread?", empty_label="Choose a thread")

    def __init__(self, *args: Any, thread: Thread, **more: Any) -> None:
        super().__init__(*args, **more)
        others = thread.space.threads.titled().exclude(pk=thread.pk)
        self.fields["into"].queryset = others.order_by("-last_at")


class MoveForm(forms.Form):
    """The forum that a thread is moved to."""

    to = forms.ModelChoiceField(
        Forum.objects.none(), label="To which forum?", empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, thread: Thread, by: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        others = Forum.objects.exclude(space=thread.space).select_related("space")
        mine = [
            forum.pk
            for forum in others
            if all(may(by, verb, forum.space) for verb in ("space.moderate", "space.write"))
        ]
        self.fields["to"].queryset = Forum.objects.filter(pk__in=mine)


class LinesField(forms.CharField):
    """Several short texts, one a line."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, most: int, **more: Any) -> None:
        super().__init__(required=False, validators=[tells_nobody_apart], **more)
        self.longest, self.most = longest, most

    def clean(self, value) -> list[str]:
        lines = [" ".join(line.split()) for line in (super().clean(value) or "").splitlines()]
        lines = list(dict.fromkeys(filter(None, lines)))
        if len(lines) > self.most:
            raise ValidationError(f"At most {self.most}, one a line.")
        if any(len(line) > self.longest or not slugify(line) for line in lines):
            raise ValidationError(f"At most {self.longest} characters a line, with a letter or a number in it.")
        return lines


class ForumForm(forms.Form):
    """What holds in a forum."""

    name = forms.CharField(max_length=80, validators=[tells_nobody_apart], label="Name")
    about = forms.CharField(
        max_length=300,
        required=False,
        validators=[tells_nobody_apart],
        widget=forms.Textarea(attrs={"rows": 3}),
        label="What it is for",
        help_text="One or two sentences above its threads.",
    )
    topics = LinesField(
        longest=60,
        most=30,
        label="Topics",
        help_text="One a line, in the order in which they stand. It can do without.",
    )
    unnamed = forms.ChoiceField(
        choices=Forum.Naming,
        initial=Forum.Naming.NO,
        widget=forms.RadioSelect,
        label="Asking without a name",
        help_text="What holds for a question is what its asker was told when they asked.",
    )
    hold_first = forms.BooleanField(
        required=False,
        label="First messages wait",
        help_text="A member’s first message here is posted once a moderator has looked at it.",
    )
    closed = forms.BooleanField(
        required=False, label="Closed", help_text="It can be read and searched, and nobody writes there any more."
    )

    def __init__(self, *args: Any, forum: Forum | None = None, **more: Any) -> None:
        if forum:
            said = {field: getattr(forum, field) for field in ("name", "about", "unnamed", "hold_first")}
            lines = "\n".join(forum.topics.values_list("name", flat=True))
            more["initial"] = said | {"topics": lines, "closed": forum.closed_at is not None}
        super().__init__(*args, **more)


# RFC 2142, and what mail programs take for our own letters.
OF_OTHERS = ["abuse", "admin", "hostmaster", "mailer-daemon", "no-reply", "noreply", "postmaster", "root", "security"]


class OpenForumForm(ForumForm):
    """A new forum. Its address is for good: links and mail lead to it."""

    slug = forms.RegexField(
        r"^[a-z]{2}[a-z0-9-]{1,38}$",
        label="Address",
        error_messages={"invalid": "Three to forty small letters, numbers and hyphens; two letters first."},
        help_text="The last word of its link, and what stands before the @ where it takes mail: small letters, such as "
        "“research”. It cannot be changed later.",
    )
    closed = None  # type: ignore[assignment]  # a form leaves out what is None
    field_order = ["name", "slug"]

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        ours = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[0].lower()
        if slug in [*OF_OTHERS, ours]:
            raise ValidationError("This address is for something else. Choose another word.")
        return slug


class PollForm(forms.Form):
    """A poll. What may stand in it is the action's to say."""

    question = forms.CharField(max_length=200, label="Question")
    answers = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        label="Answers to choose from",
        help_text="Two to ten, each on a line of its own.",
    )
    several = forms.BooleanField(required=False, label="One may choose several answers")
    anonymous = forms.BooleanField(
        required=False,
        label="Anonymous",
        help_text="Nobody learns who chose what, you neither. A vote cannot be changed, and the result shows when the "
        "poll closes. Else names are shown.",
    )
    closes_at = forms.DateField(
        required=False,
        widget=DayInput,
        label="Last day",
        help_text="In your time zone. Without one it is open until you or a moderator close it.",
    )

    def __init__(self, *args: Any, poll: Poll | None, **more: Any) -> None:
        super().__init__(*args, **more)
        if poll:
            last = localdate(poll.closes_at - timedelta(seconds=1)) if poll.closes_at else None
            answers = "\n".join(answer.text for answer in poll.answers.all())
            self.initial = {"question": poll.question, "answers": answers, "closes_at": last}
            self.initial |= {"several": poll.several, "anonymous": poll.anonymous}

    def clean_answers(self) -> list[str]:
        return self.cleaned_data["answers"].splitlines()

    def clean_closes_at(self) -> datetime | None:
        """The end of the last day."""
        last = self.cleaned_data["closes_at"]
        if last and not localdate() <= last <= localdate() + timedelta(days=LONGEST_OPEN):
            raise ValidationError("Choose today or a later day, within two years.")
        return make_aware(datetime.combine(last + timedelta(days=1), time.min)) if last else None


class ReadForm(forms.Form):
    seq = forms.IntegerField(min_value=0, max_value=2**63 - 1)


class EditForm(forms.Form):
    body = WordsField(required=False)
    version = forms.CharField(required=False)


class SometimesField(forms.CharField):
    """Words that another answer asks for: not "optional", and not always required. The hint says when."""

    sometimes = True

    def __init__(self, *, rows: int, **more: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(required=False, validators=[tells_nobody_apart], widget=widget, **more)


class FlagForm(forms.Form):
    """Why moderators should look at a post."""

    reason = forms.ChoiceField(choices=Flag.Reason.choices, widget=forms.RadioSelect, label="What is wrong with it?")
    words = SometimesField(
        max_length=500,
        rows=3,
        label="In your own words",
        help_text="Needed for something else. Only moderators read this, and who reported it.",
    )


class DecideForm(forms.Form):
    """What a moderator decides about a post, and what its author reads."""

    outcome = forms.ChoiceField(choices=Decision.Outcome.choices, widget=forms.RadioSelect, label="Your decision")
    note = SometimesField(
        max_length=1000,
        rows=4,
        label="Note to the author",
        help_text="Needed unless you keep it: why, and what they can do now. Of a removal, the others read it too.",
    )


class FirstForm(forms.Form):
    """Whether a first post is posted; if not, what its author reads."""

    outcome = forms.ChoiceField(
        choices=[("release", "Post it"), ("decline", "Do not post it")],
        widget=forms.RadioSelect,
        label="Your decision",
    )
    note = SometimesField(
        max_length=1000,
        rows=4,
        label="Note to the author",
        help_text="Needed where you do not post it: why, and what they can do now.",
    )


class RevealForm(forms.Form):
    """Why a moderator needs to know who asked."""

    reason = forms.CharField(
        max_length=500,
        validators=[tells_nobody_apart],
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Why do you need to know?",
        help_text="The audit trail keeps your name, the time and this reason.",
    )


class RemoveForm(forms.Form):
    """A facilitator removes somebody else's post."""

    reason = forms.CharField(
        max_length=1000,
        validators=[tells_nobody_apart],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Its author and the group read the reason.",
    )


def head_fields(form: forms.Form, space: Space, by: Member) -> None:
    """The kinds that somebody may choose, and the topics of the space, if it has any."""
    kinds = [kind for kind in Thread.Kind if kind != Thread.Kind.CHAT]
    form.fields["kind"].choices = [
        (kind.value, kind.label) for kind in kinds if may(by, "thread.start", Thread(space=space, kind=kind))
    ]
    form.fields["topics"].queryset = Topic.objects.filter(forum__space=space)
    if not form.fields["topics"].queryset:
        del form.fields["topics"]

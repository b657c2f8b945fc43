"""The page's own line: every page of a signed-in member listens to their inbox."""

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from spaces.models import Membership, Space

register = template.Library()


@register.simple_tag(takes_context=True)
def live_inbox(context: template.Context) -> SafeString:
    """An unseen <live-space> of the reader's inbox: badges, and the end of their session or rights. Stands first."""
    request: HttpRequest | None = context.get("request")
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated:
        return SafeString("")
    own = {"memberships__member": member, "memberships__left_at": None, "memberships__role": Membership.Role.OWNER}
    inbox = Space.objects.filter(kind=Space.Kind.INBOX, **own).only("epoch", "last_seq").first()
    if inbox is None:
        return SafeString("")
    return format_html(
        '<live-space hidden data-space="{}" data-epoch="{}" data-seq="{}" data-me="{}"></live-space>',
        inbox.pk,
        inbox.epoch,
        inbox.last_seq,
        member.pk,
    )

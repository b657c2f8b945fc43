"""Members' text that is rendered when it is read: there is little of it, and it is read seldom."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from discussions.markup import to_html

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """Markdown as safe HTML: it is cleaned by to_html."""
    return mark_safe(to_html(text))  # noqa: S308  # nosec

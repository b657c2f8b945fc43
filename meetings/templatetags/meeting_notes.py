"""Notes as they are read: members' text, with its decisions marked."""

from itertools import groupby

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from discussions.markup import to_html
from meetings.notes import DECISION

register = template.Library()


@register.filter
def noted(body: str) -> SafeString:
    """Safe HTML; a line that begins with "Decision:" stands out."""
    html = ""
    for is_decision, lines in groupby(body.split("\n"), lambda line: DECISION.match(line) is not None):
        if is_decision:
            marked = '<p class="decision"><span class="tag good">Decision</span> {}</p>'
            html += "".join(format_html(marked, DECISION.sub("", line, count=1)) for line in lines)
        else:
            html += to_html("\n".join(lines))
    return mark_safe(html)  # noqa: S308  # nosec

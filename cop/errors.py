"""Error pages. They ask the database as every page does, but Django renders them, under ASGI, in a thread of asyncio's
that no request ends in: without this, each such thread would keep a connection for ever.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views import defaults

from cop.logs import request_id


def tidy(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(page)
    def tidied(*args, **kwargs) -> HttpResponse:
        try:
            return page(*args, **kwargs)
        finally:
            if not connection.in_atomic_block:  # as within a test, where the page is not the end of anything
                close_old_connections()

    return tidied


@tidy
def server_error(request: HttpRequest) -> HttpResponse:
    """A page that stands alone: asking who is there might fail again."""
    number = {"request_id": request_id.get(), "contact_address": settings.CONTACT_ADDRESS}
    return HttpResponse(render_to_string("500.html", number), status=500)


bad_request = tidy(defaults.bad_request)
permission_denied = tidy(defaults.permission_denied)
page_not_found = tidy(defaults.page_not_found)

"""Headers that every answer carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)


class Headers:
    """Nothing of ours is kept by a browser, embedded elsewhere, or given a camera. A view may say otherwise first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES))
        return response


class Compressed(GZipMiddleware):
    """Pages travel at a tenth of their size, padded at random; not where the address brings words of its own.

    Compression tells by its length what stands beside words that somebody else can choose (BREACH, CVE-2013-3587):
    tokens are masked anew for each page, and an answer to a query is sent as it is. Files are not touched.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
        if request.META.get("QUERY_STRING") or not is_page:
            return response
        return super().process_response(request, response)

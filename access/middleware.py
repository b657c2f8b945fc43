from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from access.permissions import Refusal


class RefusalPage:
    """Answers a Refusal that no form caught: 409, with its sentence, in the shape that was asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if request.accepts("text/html"):
            return render(request, "409.html", {"refusal": str(exception)}, status=409)
        return JsonResponse({"refusal": str(exception)}, status=409)

from django.http import HttpRequest, HttpResponse


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, which shows the answer within its page."""
    return not request.accepts("text/html")


def csv_file(text: str, name: str) -> HttpResponse:
    """A table to be kept as a file, with a byte order mark so that Excel reads it as UTF-8."""
    return HttpResponse(
        "\ufeff" + text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def xlsx_file(content: bytes, name: str) -> HttpResponse:
    """A workbook to be kept as a file."""
    return HttpResponse(
        content,
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )

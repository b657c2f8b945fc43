from django.http import HttpResponse


def csv_file(text: str, name: str) -> HttpResponse:
    """A table to be kept as a file, with a byte order mark so that Excel reads it as UTF-8."""
    return HttpResponse(
        "\ufeff" + text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )

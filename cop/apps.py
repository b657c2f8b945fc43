from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class CopConfig(AppConfig):
    name = "cop"
    label = "cop"

    def ready(self) -> None:
        from cop import checks, tasks  # noqa: F401


class StaticConfig(StaticFilesConfig):
    """Leaves out what django-htmx ships and we do not serve: extensions, and htmx 4."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "ext", "htm*-4*"]

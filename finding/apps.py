from django.apps import AppConfig


class FindingConfig(AppConfig):
    name = "finding"

    def ready(self) -> None:
        from finding import tasks  # noqa: F401

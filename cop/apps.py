from django.apps import AppConfig


class CopConfig(AppConfig):
    name = "cop"
    label = "cop"

    def ready(self) -> None:
        from cop import checks  # noqa: F401

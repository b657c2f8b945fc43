from django.apps import AppConfig


class MailroomConfig(AppConfig):
    name = "mailroom"

    def ready(self) -> None:
        from mailroom import tasks  # noqa: F401

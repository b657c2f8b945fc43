from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from meetings import access, tasks  # noqa: F401
        from meetings.feeds import kept_of
        from members.kept import keep

        keep("calendars", kept_of)

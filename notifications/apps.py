from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from members.kept import keep
        from members.sessions import when_left
        from notifications import access, activities, tasks  # noqa: F401
        from notifications.actions import leave_browsers
        from notifications.pushes import kept_of

        keep("pushed_browsers", kept_of)
        when_left(leave_browsers)

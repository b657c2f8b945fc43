from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from members import access, activities, finding, sessions, tasks  # noqa: F401

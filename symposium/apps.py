from django.apps import AppConfig


class SymposiumConfig(AppConfig):
    name = "symposium"

    def ready(self) -> None:
        from members.kept import keep
        from symposium import (  # noqa: F401
            access,
            activities,
            calls,
            certificate_tasks,
            kept,
            people,
            registered,
            registration_tasks,
            tasks,
        )

        keep("certificates", people.kept_of)
        keep("proposals", calls.kept_of)
        keep("speaking", kept.speaking_of)
        keep("symposium", registered.kept_of)

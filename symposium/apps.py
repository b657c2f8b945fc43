from django.apps import AppConfig


class SymposiumConfig(AppConfig):
    name = "symposium"

    def ready(self) -> None:
        from members.kept import keep
        from symposium import access, activities, calls, certificate_tasks, kept, people, tasks  # noqa: F401

        keep("certificates", people.kept_of)
        keep("proposals", calls.kept_of)
        keep("speaking", kept.speaking_of)
        from symposium import access, activities, certificate_tasks, people, registered, registration_tasks  # noqa: F401

        keep("certificates", people.kept_of)
        keep("symposium", registered.kept_of)

from django.apps import AppConfig


class SymposiumConfig(AppConfig):
    name = "symposium"

    def ready(self) -> None:
        from members.kept import keep
        from symposium import access, activities, certificate_tasks, people, registered, registration_tasks  # noqa: F401

        keep("certificates", people.kept_of)
        keep("symposium", registered.kept_of)

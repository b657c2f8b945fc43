from django.apps import AppConfig


class SymposiumConfig(AppConfig):
    name = "symposium"

    def ready(self) -> None:
        from symposium import access, activities, tasks  # noqa: F401

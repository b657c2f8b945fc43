from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    name = "discussions"

    def ready(self) -> None:
        from discussions import access, activities, finding, tasks  # noqa: F401
        from discussions.polls import votes_of
        from members.kept import keep

        keep("votes", votes_of)

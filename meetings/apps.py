from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from meetings import access, activities, coming, feeds, finding, notes, polls, questions, tasks  # noqa: F401
        from members.kept import keep

        keep("calendars", feeds.kept_of)
        keep("follow_ups", notes.follow_ups_of)
        keep("meetings", coming.kept_of)
        keep("questions", questions.kept_of)
        keep("room_votes", polls.votes_of)

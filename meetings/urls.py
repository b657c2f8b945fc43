from django.urls import path

from meetings.views import agenda, calendars, changing, meeting, planning

app_name = "meetings"
urlpatterns = [
    path("", agenda.index, name="index"),
    path("past/", agenda.past, name="past"),
    path("month/", agenda.month, name="this_month"),
    path("month/<slug:month>/", agenda.month, name="month"),
    path("week/", agenda.week, name="this_week"),
    path("week/<slug:day>/", agenda.week, name="week"),
    path("plan/", planning.plan, name="plan"),
    path("plan/<uuid:space_pk>/", planning.plan_in_space, name="plan_in_space"),
    path("series/<uuid:pk>/", meeting.series, name="series"),
    path("<uuid:pk>/", meeting.meeting, name="meeting"),
    path("<uuid:pk>/answer/", meeting.answer, name="answer"),
    path("<uuid:pk>/move/", changing.move, name="move"),
    path("<uuid:pk>/cancel/", changing.cancel, name="cancel"),
    path("<uuid:pk>/restore/", changing.restore, name="restore"),
    path("<uuid:pk>/change/", changing.change, name="change"),
    path("<uuid:pk>/change-following/", changing.change_following, name="change_following"),
    path("<uuid:pk>/calendar.ics", calendars.ics, name="ics"),
    path("calendars/", calendars.addresses, name="calendars"),
    path("calendars/make/", calendars.make_address, name="make_calendar"),
    path("calendars/end/", calendars.end_address, name="end_calendar"),
    path("calendars/<str:token>.ics", calendars.feed, name="feed"),
    path("<uuid:pk>/end/", changing.end, name="end"),
]

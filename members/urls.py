from django.urls import path

from members.views import people, session

app_name = "members"
urlpatterns = [
    path("people/", people.directory, name="directory"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("profile/", people.profile, name="profile"),
    path("profile/data/", people.my_data, name="my_data"),
    path("profile/data/download/", people.download_my_data, name="download_my_data"),
    path("profile/deactivate/", people.deactivate, name="deactivate"),
    path("account/", session.security, name="security"),
    path("account/sessions/", session.sessions, name="sessions"),
    path("account/sessions/<int:pk>/end/", session.end, name="end_session"),
    path("account/sessions/end/", session.end_everywhere, name="end_sessions"),
    path("account/fresh/", session.fresh, name="fresh"),
    path("session/", session.limits, name="session"),
    path("session/stay/", session.stay, name="session_stay"),
]

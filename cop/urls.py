"""Where every page is: one line a room."""

from django.urls import include, path

from cop import views

urlpatterns = [
    path("", views.home, name="home"),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("", include("members.urls")),
    path("", include("spaces.urls")),
    path("", include("files.urls")),
    path("", include("discussions.urls")),
    path("groups/", include("groups.urls")),
    path("", include("notifications.urls")),
]

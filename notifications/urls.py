from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<uuid:pk>/", views.open_notice, name="open"),
    path("notifications/choices/", views.choices, name="settings"),
    path("notifications/choices/try-again/", views.try_again, name="try_again"),
    path("notifications/choices/replies/", views.revoke_replies, name="revoke_replies"),
    path("notifications/choices/feed/", views.make_feed, name="make_feed"),
    path("notifications/choices/feed/end/", views.end_feed, name="end_feed"),
    path("notifications/choices/browsers/", views.turn_on_pushes, name="turn_on_pushes"),
    path("notifications/choices/browsers/try/", views.try_pushes, name="try_pushes"),
    path("notifications/choices/browsers/<uuid:pk>/stop/", views.turn_off_pushes, name="turn_off_pushes"),
    path("push-worker.js", views.push_worker, name="push_worker"),
    path("notifications/feed/<str:token>/", views.feed, name="feed"),
    path("notifications/why/<uuid:pk>/", views.why, name="why"),
    path("notifications/stop/<str:token>/", views.stop, name="stop"),
    path("staff/mail/", views.refused, name="refused"),
]

from django.conf import settings
from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.read_all, name="read_all"),
    path("inbox/<uuid:pk>/", views.open_notice, name="open"),
]
if settings.DEMO:
    urlpatterns += [path("demo/outbox/", views.outbox, name="outbox")]

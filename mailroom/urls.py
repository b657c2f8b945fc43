from django.urls import path

from mailroom import hook, views

app_name = "mailroom"
urlpatterns = [
    path("mail/in/", hook.mail_in, name="mail_in"),
    path("staff/mail/in/", views.traces, name="traces"),
    path("staff/archives/", views.archives, name="archives"),
    path("staff/imports/", views.imports, name="imports"),
    path("staff/imports/doubtful/", views.doubtful, name="doubtful"),
    path("staff/imports/doubtful/<uuid:pk>/", views.review, name="review"),
    path("staff/archives/<slug:slug>/<slug:form>/", views.export, name="export"),
]

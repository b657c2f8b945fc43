from django.urls import path

from discussions import views

app_name = "discussions"
urlpatterns = [
    path("threads/<uuid:pk>/posts/", views.write, name="write"),
    path("threads/<uuid:pk>/draft/", views.draft, name="draft"),
    path("threads/<uuid:pk>/foot/", views.foot, name="foot"),
    path("threads/<uuid:pk>/close/", views.close, name="close"),
    path("threads/<uuid:pk>/reopen/", views.reopen, name="reopen"),
    path("posts/<uuid:pk>/", views.post, name="post"),
    path("posts/<uuid:pk>/tools/", views.tools, name="tools"),
    path("posts/<uuid:pk>/edit/", views.edit, name="edit"),
    path("posts/<uuid:pk>/remove/", views.remove, name="remove"),
    path("posts/<uuid:pk>/history/", views.history, name="history"),
    path("posts/<uuid:pk>/react/", views.react, name="react"),
    path("posts/<uuid:pk>/pin/", views.pin, name="pin"),
    path("posts/<uuid:pk>/unpin/", views.unpin, name="unpin"),
    path("posts/<uuid:pk>/bookmark/", views.bookmark, name="bookmark"),
    path("posts/<uuid:pk>/unbookmark/", views.unbookmark, name="unbookmark"),
    path("posts/<uuid:pk>/replies/", views.replies, name="replies"),
    path("bookmarks/", views.bookmarks, name="bookmarks"),
    path("spaces/<uuid:pk>/mentionable/", views.mentionable, name="mentionable"),
]

from django.urls import path

from files import views

app_name = "files"
urlpatterns = [
    path("spaces/<uuid:space>/files/", views.upload, name="upload"),
    path("files/<uuid:pk>/", views.download, name="file"),
    path("files/<uuid:pk>/preview/", views.preview, name="preview"),
    path("files/<uuid:pk>/text/", views.text, name="text"),
    path("files/<uuid:pk>/page/<int:number>/", views.page, name="page"),
    path("files/<uuid:pk>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("files/<uuid:pk>/replace/", views.replace, name="replace"),
    path("files/<uuid:pk>/remove/", views.remove, name="remove"),
    path("photos/<uuid:pk>/<int:version>/", views.photo, name="photo"),
    path("profile/photo/", views.own_photo, name="own_photo"),
]

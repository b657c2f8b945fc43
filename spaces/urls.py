from django.urls import path

from spaces import views

app_name = "spaces"
urlpatterns = [
    path("spaces/<uuid:pk>/activities/", views.activities, name="activities"),
    path("spaces/<uuid:pk>/read/", views.read, name="read"),
]

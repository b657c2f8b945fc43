from django.urls import path

from symposium.views import editions

app_name = "symposium"
urlpatterns = [
    path("", editions.index, name="index"),
    path("open/", editions.open_, name="open"),
    path("<slug:slug>/", editions.edition, name="edition"),
    path("<slug:slug>/change/", editions.change, name="change"),
    path("<slug:slug>/publish/", editions.publish, name="publish"),
    path("<slug:slug>/parts/", editions.parts, name="parts"),
    path("<slug:slug>/parts/<slug:kind>/add/", editions.add_part, name="add_part"),
    path("<slug:slug>/parts/<slug:kind>/<uuid:pk>/", editions.change_part, name="part"),
    path("<slug:slug>/parts/<slug:kind>/<uuid:pk>/remove/", editions.remove_part, name="remove_part"),
]

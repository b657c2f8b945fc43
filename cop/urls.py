"""Where every page is: one line a room."""

from django.conf import settings
from django.urls import include, path

from cop import appearance, errors, health, metrics, views

urlpatterns = [
    path("", views.home, name="home"),
    path("home/<slug:step>/done/", views.step_done, name="step_done"),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("theme/", appearance.choose_theme, name="theme"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("style/", appearance.style_sheet, name="style"),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("", include("members.urls")),
    path("", include("spaces.urls")),
    path("", include("files.urls")),
    path("", include("discussions.urls")),
    path("", include("finding.urls")),
    path("groups/", include("groups.urls")),
    path("meetings/", include("meetings.urls")),
    path("symposium/", include("symposium.urls")),
    path("", include("notifications.urls")),
    path("", include("mailroom.urls")),
]

if settings.DEMO:
    from cop import demo

    urlpatterns += demo.urlpatterns

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

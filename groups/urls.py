from django.urls import path

from groups.views import browse, facilitate, glass, oversight, room

app_name = "groups"
urlpatterns = [
    path("", browse.index, name="index"),
    path("open/", oversight.open_group, name="open"),
    path("covenants/", oversight.covenants, name="covenants"),
    path("break-glass/", glass.index, name="glass"),
    path("break-glass/<uuid:pk>/consent/", glass.consent, name="glass_consent"),
    path("break-glass/<uuid:pk>/refuse/", glass.refuse, name="glass_refuse"),
    path("break-glass/<uuid:pk>/end/", glass.end, name="glass_end"),
    path("<uuid:pk>/", room.chat, name="room"),
    path("<uuid:pk>/threads/", room.threads, name="threads"),
    path("<uuid:pk>/files/", room.files, name="files"),
    path("<uuid:pk>/roster/", room.roster, name="roster"),
    path("<uuid:pk>/search/", room.search, name="search"),
    path("<uuid:pk>/covenant/", room.covenant, name="covenant"),
    path("<uuid:pk>/leave/", room.leave, name="leave"),
    path("<uuid:pk>/about/", browse.about, name="about"),
    path("<uuid:pk>/ask/", browse.ask, name="ask"),
    path("<uuid:pk>/withdraw/", browse.withdraw, name="withdraw"),
    path("<uuid:pk>/accept-invitation/", browse.accept_invitation, name="accept_invitation"),
    path("<uuid:pk>/facilitate/", facilitate.desk, name="facilitate"),
    path("<uuid:pk>/facilitate/requests/<uuid:request_pk>/accept/", facilitate.accept, name="accept"),
    path("<uuid:pk>/facilitate/requests/<uuid:request_pk>/decline/", facilitate.decline, name="decline"),
    path("<uuid:pk>/facilitate/people/<uuid:membership_pk>/mute/", facilitate.mute, name="mute"),
    path("<uuid:pk>/facilitate/people/<uuid:membership_pk>/unmute/", facilitate.unmute, name="unmute"),
    path("<uuid:pk>/facilitate/people/<uuid:membership_pk>/remove/", facilitate.remove, name="remove"),
    path("<uuid:pk>/facilitate/describe/", facilitate.describe, name="describe"),
    path("<uuid:pk>/facilitate/keep/", facilitate.keep_for, name="keep_for"),
    path("<uuid:pk>/close/", facilitate.close, name="close"),
    path("<uuid:pk>/reopen/", facilitate.reopen, name="reopen"),
    path("<uuid:pk>/follow/", oversight.follow, name="follow"),
    path("<uuid:pk>/facilitators/", oversight.appoint, name="appoint"),
    path("<uuid:pk>/facilitators/<uuid:membership_pk>/end/", oversight.dismiss, name="dismiss"),
    path("<uuid:pk>/break-glass/", glass.ask, name="glass_ask"),
]

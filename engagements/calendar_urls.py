"""The addresses of calendar links."""

from django.urls import path

from engagements.views import calendars

urlpatterns = [
    path("kalender/<str:secret>.ics", calendars.calendar, name="calendar"),
    path("konto/kalender/", calendars.feed_list, name="calendar-feeds"),
    path("konto/kalender/<uuid:feed>/spaer/", calendars.revoke, name="calendar-feed-revoke"),
    path("konto/kalender/<uuid:feed>/nyt/", calendars.renew, name="calendar-feed-renew"),
]

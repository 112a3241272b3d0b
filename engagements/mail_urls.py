from django.urls import path

from engagements.views import mails

MAIL = "<int:pk>/mails/<uuid:mail>/"
urlpatterns = [
    path("<int:pk>/mails/", mails.log, name="engagement-mails"),
    path("<int:pk>/mails/vent/", mails.hold, name="mail-hold"),
    path("<int:pk>/mails/send-alle/", mails.send_all, name="mail-send-all"),
    path(MAIL, mails.show, name="mail"),
    path(f"{MAIL}send/", mails.send, name="mail-send"),
    path(f"{MAIL}ret/", mails.edit, name="mail-edit"),
    path(f"{MAIL}udskyd/", mails.postpone, name="mail-postpone"),
    path(f"{MAIL}send-ikke/", mails.cancel, name="mail-cancel"),
    path(f"{MAIL}igen/", mails.again, name="mail-again"),
]

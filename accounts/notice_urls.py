"""The addresses of *Beskeder*, *Mine indstillinger* and *Fravær*."""

from django.urls import path

from accounts.views import absence, mail_settings, notices

urlpatterns = [
    path("beskeder/", notices.notice_list, name="notices"),
    path("beskeder/laest/", notices.read_all, name="notices-read"),
    path("beskeder/<uuid:notice>/laest/", notices.read, name="notice-read"),
    path("konto/indstillinger/", mail_settings.choose, name="mail-settings"),
    path("konto/indstillinger/testmail/", mail_settings.send_test, name="mail-test"),
    path("konto/fravaer/", absence.own, name="absences"),
    path("konto/fravaer/<int:absence>/fjern/", absence.remove, name="absence-remove"),
]

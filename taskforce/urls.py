"""Danish, readable addresses. Everything needs log-in unless its view says otherwise."""

from django.contrib import admin
from django.urls import include, path

from taskforce.models import InformationPage
from taskforce.views import demo, health, home, jobs, log, operations, pages, well_known

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("accounts.urls")),
    path("", include("accounts.people_urls")),
    path("", include("accounts.notice_urls")),
    path("", include("engagements.calendar_urls")),
    path("forloeb/<int:pk>/sager/", include("cases.urls")),
    path("forloeb/", include("engagements.urls")),
    path("mine-sager/", include("cases.my_case_urls")),
    path("udbakke/", include("engagements.outgoing_urls")),
    path("opgave/", include("engagements.task_urls")),
    path("filer/", include("documents.urls")),
    path("job/<uuid:pk>/", jobs.show, name="job"),
    path("job/<uuid:pk>/igen/", jobs.again, name="job-again"),
    path("job/<uuid:pk>/hent/", jobs.download, name="job-download"),
    path("log/", log.show, name="log"),
    path("log/excel/", log.export, name="log-export"),
    path("drift/", operations.show, name="operations"),
    path("drift/mails/", operations.mails, name="operations-mails"),
    path("drift/mails/<uuid:mail>/igen/", operations.mail_again, name="operations-mail-again"),
    path("drift/job/<uuid:job>/igen/", operations.job_again, name="operations-job-again"),
    path("drift/testmail/", operations.test_mail, name="operations-test-mail"),
    path("demo/", demo.choose, name="demo"),
    path("demo/<int:pk>/", demo.enter, name="demo-enter"),
    path("logget-af/", pages.logged_off, name="logged-off"),
    path(".well-known/security.txt", well_known.security_txt, name="security-txt"),
    path("robots.txt", well_known.robots, name="robots"),
    path("support/", pages.information, {"slug": InformationPage.Slug.SUPPORT}, name="support"),
    path("tilgaengelighed/", pages.information, {"slug": InformationPage.Slug.ACCESSIBILITY}, name="accessibility"),
    path("privatliv/", pages.information, {"slug": InformationPage.Slug.PRIVACY}, name="privacy"),
    path("healthz", health.healthz, name="health"),
    path("readyz", health.readyz, name="ready"),
    path("admin/", admin.site.urls),
]

handler400 = "taskforce.views.errors.bad_request"
handler403 = "taskforce.views.errors.forbidden"
handler404 = "taskforce.views.errors.not_found"
handler500 = "taskforce.views.errors.server_error"

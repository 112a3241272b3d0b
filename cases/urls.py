from django.urls import include, path

urlpatterns = [
    path("", include("cases.review_urls")),
    path("", include("cases.assuring_urls")),
    path("", include("cases.viso_urls")),
    path("", include("cases.result_urls")),
    path("", include("cases.release_urls")),
    path("", include("cases.paper_urls")),
    path("", include("cases.reading_urls")),
    path("", include("cases.intake_urls")),
]

"""What the municipality is shown: the release, its results, and the learning seminar; under the addresses of cases/urls.py."""

from django.urls import path

from cases.views import release, seminar

SEMINAR = "<slug:kind>/laeringsseminar/"
urlpatterns = [
    path("<slug:kind>/frigivelse/", release.preview, name="release"),
    path("<slug:kind>/frigivelse/frigiv/", release.release, name="release-now"),
    path("<slug:kind>/resultat/", release.show, name="results"),
    path(SEMINAR, seminar.edit, name="seminar-edit"),
    path(f"{SEMINAR}udkast/", seminar.draft, name="seminar-draft"),
    path(f"{SEMINAR}ny/", seminar.add, name="seminar-add"),
    path(f"{SEMINAR}vis/", seminar.show, name="seminar"),
    path(f"{SEMINAR}pdf/", seminar.make_pdf, name="seminar-pdf"),
    path(f"{SEMINAR}<int:theme>/", seminar.write, name="seminar-sheet"),
    path(f"{SEMINAR}<int:theme>/flyt/", seminar.move, name="seminar-move"),
    path(f"{SEMINAR}<int:theme>/fjern/", seminar.remove, name="seminar-remove"),
]

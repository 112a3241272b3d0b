"""The addresses of the review; under the addresses of cases/urls.py."""

from django.urls import path

from cases.states import Profession
from cases.views import closing, review

CASE = "<slug:kind>/<int:number>/"
PLACES = (("review", Profession.LEGAL, f"{CASE}gennemgang/jura/"), ("viso-review", Profession.VISO, f"{CASE}gennemgang/viso/"))
ACTIONS = (
    ("field", "felt/", review.field),
    ("save", "gem/", review.save),
    ("submit", "indsend/", review.submit),
    ("take-back", "traek-tilbage/", review.take_back),
)
urlpatterns = [
    path("<slug:kind>/luk/", closing.close, name="round-close"),
    *(path(place, review.show, {"profession": profession}, name=name) for name, profession, place in PLACES),
    *(
        path(f"{place}{word}", view, {"profession": profession}, name=f"{name}-{action}")
        for name, profession, place in PLACES
        for action, word, view in ACTIONS
    ),
]

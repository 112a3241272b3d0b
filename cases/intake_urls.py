"""The addresses of the intake; those of the papers stand in cases/paper_urls.py."""

from django.urls import path

from cases.views import case, case_list, files, rounds

urlpatterns = [
    path("", rounds.rounds, name="rounds"),
    path("<slug:kind>/", rounds.show, name="cases"),
    path("<slug:kind>/indsaet/", case_list.paste, name="case-list"),
    path("<slug:kind>/indsaet/kontrol/", case_list.check, name="case-list-check"),
    path("<slug:kind>/indsaet/gem/", case_list.take_in, name="case-list-save"),
    path("<slug:kind>/akter/<uuid:document>/", files.show, name="file"),
    path("<slug:kind>/akter/<uuid:document>/ordn/", files.sort, name="file-sort"),
    path("<slug:kind>/akter/<uuid:document>/fjern/", files.remove, name="file-remove"),
    path("<slug:kind>/<int:number>/", case.show, name="case"),
    path("<slug:kind>/<int:number>/gem/", case.fill, name="case-fill"),
    path("<slug:kind>/<int:number>/mangler/<slug:slug>/", case.explain, name="case-missing"),
    path("<slug:kind>/<int:number>/cpr/", case.confirm_cpr, name="case-cpr"),
    path("<slug:kind>/<int:number>/kolleger/", case.invite, name="case-invite"),
    path("<slug:kind>/<int:number>/kolleger/<int:grant>/fjern/", case.uninvite, name="case-uninvite"),
    path("<slug:kind>/<int:number>/toem/", case.empty, name="case-empty"),
]

"""Reading the files of a case; under the addresses of cases/urls.py."""

from django.urls import path

from cases.views import reading

FILE = "<slug:kind>/<int:number>/akter/<uuid:document>/"
urlpatterns = [
    path(FILE, reading.show, name="case-file"),
    path(f"{FILE}billede/<int:page>/", reading.picture, name="case-file-picture"),
    path(f"{FILE}soeg/", reading.search, name="case-file-search"),
    path(f"{FILE}hent/", reading.download, name="case-file-download"),
]

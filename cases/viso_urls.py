"""VISO's choice of cases; under the addresses of cases/urls.py."""

from django.urls import path

from cases.views import selecting

SELECTION = "<slug:kind>/viso-udvalg/"
urlpatterns = [
    path(SELECTION, selecting.show, name="viso-selection"),
    path(f"{SELECTION}foreslaa/", selecting.propose, name="viso-selection-propose"),
    path(f"{SELECTION}laas/", selecting.lock, name="viso-selection-lock"),
    path(f"{SELECTION}udskift/", selecting.change, name="viso-selection-change"),
]

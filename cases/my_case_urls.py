"""*Mine sager*: the one address of cases that lies under no engagement."""

from django.urls import path

from cases.views import my_cases

urlpatterns = [path("", my_cases.show, name="my-cases")]

from django.urls import path

from engagements.views import postponements

WISH = "<int:pk>/milepaele/<int:milestone>/udsaettelse/"
urlpatterns = [
    path(WISH, postponements.ask, name="postponement-ask"),
    path(f"{WISH}<int:postponement>/", postponements.show, name="postponement"),
    path(f"{WISH}<int:postponement>/tilbyd/", postponements.offer, name="postponement-offer"),
    path(f"{WISH}<int:postponement>/afslaa/", postponements.decline, name="postponement-decline"),
    path(f"{WISH}<int:postponement>/traek-tilbage/", postponements.withdraw, name="postponement-withdraw"),
    path(f"{WISH}<int:postponement>/tag-imod/", postponements.take, name="postponement-take"),
]

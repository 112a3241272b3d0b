from django.urls import path

from documents.views import plain, uploads

urlpatterns = [
    path("upload/", uploads.create, name="upload-create"),
    path("upload/enkelt/", plain.plain, name="upload-plain"),
    path("upload/paabegyndt/", uploads.unfinished, name="uploads-unfinished"),
    path("upload/<uuid:pk>/", uploads.one, name="upload"),
]

from django.urls import path

from engagements.views import mails

urlpatterns = [path("", mails.outgoing, name="outgoing")]

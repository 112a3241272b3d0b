"""The address of a task that was delegated to an employee of the municipality."""

from django.urls import path

from engagements.views import delegating

urlpatterns = [path("<int:pk>/", delegating.task, name="task")]

from django.apps import AppConfig


class TaskforceConfig(AppConfig):
    name = "taskforce"
    verbose_name = "Task Force"

    def ready(self) -> None:
        from taskforce import checks  # noqa: F401  registers the system checks

from django.apps import AppConfig


class TaskforceConfig(AppConfig):
    name = "taskforce"
    verbose_name = "Task Force"

    def ready(self) -> None:
        from accounts import access as policy
        from taskforce import access, checks  # noqa: F401  importing registers the system checks

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class TaskforceConfig(AppConfig):
    name = "taskforce"
    verbose_name = "Task Force"

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import history
        from taskforce import access, checks  # noqa: F401  importing registers the system checks

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        history.register({"operations.job_again": "satte et job, der var mislykkedes, i gang igen"}, {})


class SetUpConfig(AdminConfig):
    """Django admin with our own site: who gets in is decided by role."""

    default_site = "taskforce.set_up.SetUpSite"

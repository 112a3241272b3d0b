from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Sager"

    def ready(self) -> None:
        from accounts import access as policy
        from cases import access

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Sager"

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import history as words
        from cases import access, history

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        words.register(history.VERBS, history.LABELS)

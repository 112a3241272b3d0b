from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "Dokumenter"

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import history as words
        from documents import access, history

        policy.register([], access.ADDRESSES)
        words.register(history.VERBS, history.LABELS)

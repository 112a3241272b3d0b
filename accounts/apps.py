from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personer og organisationer"

    def ready(self) -> None:
        from accounts import access

        access.register(access.ROWS, access.OWN_ADDRESSES)

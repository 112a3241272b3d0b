from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personer og organisationer"

    def ready(self) -> None:
        from accounts import access, history, mails, notice_mail, outbox, people_access, people_history, signals  # noqa: F401  importing connects the signals
        from accounts import notices as told
        from accounts.actions import absence, notices, passwords, test_mail

        outbox.register(passwords.RESET, passwords.reset_mail)
        outbox.register(notices.NOTICE, notices.notice_mail)
        outbox.register(test_mail.TEST, test_mail.message_of, keep_text=True)
        told.register(absence.KIND)
        access.register(access.ROWS, access.OWN_ADDRESSES)
        history.register(history.OWN_VERBS, history.OWN_LABELS)
        access.register(people_access.ROWS, people_access.ADDRESSES, people_access.OBJECTS)
        history.register(people_history.VERBS, people_history.LABELS)
        mails.register_all()
        notice_mail.register_all()

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Sager"

    @staticmethod
    def register_papers() -> None:
        from accounts import jobs, notices, obligations
        from cases import letter, receipts, told
        from cases import obligations as owed
        from engagements import places
        from engagements.states import Purpose

        jobs.register(letter.LETTER_PDF, letter.render_letter)
        jobs.register(receipts.RECEIPT_PDF, receipts.render_receipts)
        for kind in told.KINDS:
            notices.register(kind)
        obligations.register(owed.find)
        for purpose in (Purpose.CALL_IN_LETTER, Purpose.CASES_DUE):
            places.register(purpose, owed.place_of)

    def ready(self) -> None:
    @staticmethod
    def register_viso_selection() -> None:
        from accounts import notices, obligations
        from cases import viso_obligations, viso_told

        for kind in viso_told.KINDS:
            notices.register(kind)
        obligations.register(viso_obligations.find)

        from accounts import access as policy
        from accounts import history as words
        from accounts import notices, obligations
        from cases import access, history, invitations, review_access, tabs, uploads
        from engagements import page

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        policy.register(review_access.ROWS, review_access.ADDRESSES, review_access.OBJECTS)
        words.register(history.VERBS, history.LABELS, internal=history.INTERNAL)
        self.register_papers()
        page.register_tab(tabs.find)
        uploads.register()
        notices.register(invitations.INVITED)
        self.register_viso_selection()
        notices.register_sight(invitations.scopes_seen_by)
        obligations.register(invitations.find)

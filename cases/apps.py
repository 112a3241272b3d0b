from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Sager"

    @staticmethod
    def register_papers() -> None:
        from accounts import jobs, notices, obligations
        from cases import letter, receipts, release_told, seminar_paper, told
        from cases import obligations as owed
        from engagements import places
        from engagements.states import Purpose

        jobs.register(letter.LETTER_PDF, letter.render_letter)
        jobs.register(receipts.RECEIPT_PDF, receipts.render_receipts)
        jobs.register(seminar_paper.SEMINAR_PDF, seminar_paper.render_seminar)
        for kind in (*told.KINDS, *release_told.KINDS):
            notices.register(kind)
        obligations.register(owed.find)
        for purpose in (Purpose.CALL_IN_LETTER, Purpose.CASES_DUE):
            places.register(purpose, owed.place_of)

    @staticmethod
    def register_reviews() -> None:
        from accounts import notices, obligations
        from cases import review_obligations, review_told

        for kind in review_told.KINDS:
            notices.register(kind)
        obligations.register(review_obligations.find)

    @staticmethod
    def register_viso_selection() -> None:
        from accounts import notices, obligations
        from cases import viso_obligations, viso_told

        for kind in viso_told.KINDS:
            notices.register(kind)
        obligations.register(viso_obligations.find)

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import history as words
        from accounts import notices, obligations
        from cases import access, history, invitations, review_access, tabs, uploads
        from cases.actions import closing
        from engagements import page
        from engagements.actions import lifecycle

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        policy.register(review_access.ROWS, review_access.ADDRESSES, review_access.OBJECTS)
        words.register(history.VERBS, history.LABELS, internal=history.INTERNAL, of_cases=history.OF_CASES)
        self.register_papers()
        self.register_reviews()
        self.register_viso_selection()
        page.register_tab(tabs.find)
        lifecycle.register_phase_hook(closing.before_leaving)
        uploads.register()
        notices.register(invitations.INVITED)
        notices.register_sight(invitations.scopes_seen_by)
        obligations.register(invitations.find)

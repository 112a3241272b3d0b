from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Sager"

    @staticmethod
    def register_papers() -> None:
        """What is made in the background, and where a milestone's work is done."""
        from accounts import jobs
        from cases import letter, obligations, receipts, seminar_paper
        from engagements import places
        from engagements.states import Purpose

        jobs.register(letter.LETTER_PDF, letter.render_letter)
        jobs.register(receipts.RECEIPT_PDF, receipts.render_receipts)
        jobs.register(seminar_paper.SEMINAR_PDF, seminar_paper.render_seminar)
        for purpose in (Purpose.CALL_IN_LETTER, Purpose.CASES_DUE):
            places.register(purpose, obligations.place_of)

    @staticmethod
    def register_what_people_hear() -> None:
        """Notices, and what stands in *Opgaver*."""
        from accounts import notices, obligations
        from cases import invitations, release_told, review_obligations, review_told, told, viso_obligations, viso_told
        from cases import obligations as owed

        for kind in (*told.KINDS, *release_told.KINDS, *review_told.KINDS, *viso_told.KINDS, invitations.INVITED):
            notices.register(kind)
        notices.register_sight(invitations.scopes_seen_by)
        for source in (owed, review_obligations, viso_obligations, invitations):
            obligations.register(source.find)

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import history as words
        from cases import access, history, review_access, tabs, uploads
        from cases.actions import closing
        from engagements import page
        from engagements.actions import lifecycle

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        policy.register(review_access.ROWS, review_access.ADDRESSES, review_access.OBJECTS)
        words.register(history.VERBS, history.LABELS, internal=history.INTERNAL, of_cases=history.OF_CASES)
        self.register_papers()
        self.register_what_people_hear()
        page.register_tab(tabs.find)
        lifecycle.register_phase_hook(closing.before_leaving)
        uploads.register()

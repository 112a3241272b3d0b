from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "engagements"
    verbose_name = "Programmer og forløb"

    @staticmethod
    def register_postponements() -> None:
        from accounts import notices, obligations
        from engagements import postponements
        from engagements.actions import changes, postponing

        changes.register(postponing.follow, postponing.before_undo)
        notices.register(postponements.NOTICES)
        obligations.register(postponements.find)

    @staticmethod
    def register_meetings() -> None:
        from engagements import meeting_mails
        from engagements.actions import changes, meeting

        changes.register(meeting.after_write, meeting.before_undo, meeting.after_undo)
        meeting_mails.register_all()

    @staticmethod
    def register_sight() -> None:
        from accounts import notices
        from engagements import sight

        notices.register_sight(sight.scopes_seen_by)

    @staticmethod
    def register_reminders() -> None:
        from accounts import notices
        from engagements import deadline_notices, holding, moved_notices

        notices.register(deadline_notices.KIND)
        notices.register(moved_notices.KIND)
        notices.register_hold(holding.hold_of)

    @staticmethod
    def register_documents() -> None:
        from documents import receiving
        from engagements.actions import attaching

        receiving.register(attaching.KIND, receiving.Receiver(attaching.allow, attaching.arrived))

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import handover, jobs, notices, obligations
        from accounts import history as words
        from engagements import access, delegation, history, rendering
        from engagements import obligations as tasks
        from engagements.actions import handing_over

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        handover.register(handing_over.find, handing_over.move)
        words.register(history.VERBS, history.LABELS)
        jobs.register(rendering.TIMETABLE_PDF, rendering.render_timetable)
        self.register_documents()
        self.register_sight()
        self.register_postponements()
        self.register_meetings()
        self.register_reminders()
        obligations.register(tasks.find)
        notices.register(delegation.DELEGATED)

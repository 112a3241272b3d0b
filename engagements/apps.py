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
        obligations.register(tasks.find)
        notices.register(delegation.DELEGATED)
        self.register_postponements()

from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "engagements"
    verbose_name = "Programmer og forløb"

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import history as words
        from accounts import jobs
        from engagements import access, history, rendering

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        words.register(history.VERBS, history.LABELS)
        jobs.register(rendering.TIMETABLE_PDF, rendering.render_timetable)

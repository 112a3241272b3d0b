from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "engagements"
    verbose_name = "Programmer og forløb"

    def ready(self) -> None:
        from accounts import access as policy
        from accounts import jobs
        from engagements import access, rendering

        policy.register(access.ROWS, access.ADDRESSES, access.OBJECTS)
        jobs.register(rendering.TIMETABLE_PDF, rendering.render_timetable)

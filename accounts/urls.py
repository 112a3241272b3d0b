from django.urls import path

from accounts.views import session, session_time

urlpatterns = [
    path("log-ind/", session.log_in, name="log-in"),
    path("log-af/", session.log_out, name="log-out"),
    path("admin/login/", session.admin_log_in, name="admin-log-in"),
    path("session/", session_time.left, name="session-left"),
    path("session/forlaeng/", session_time.extend, name="session-extend"),
]

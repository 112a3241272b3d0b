"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.settings")
application = get_wsgi_application()

from taskforce.checks import refuse_unsafe_start  # noqa: E402  Django has to be set up first

refuse_unsafe_start()

#!/usr/bin/env python
"""Django's command line. Typed by hand it uses the private servers of a running bin/run (see taskforce/settings.py)."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskforce.settings")
    execute_from_command_line(sys.argv)

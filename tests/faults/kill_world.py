"""`python -m tests.faults.kill_world NUMBER`: the tables, and so many reminders that are due, in the database of the environment."""

from __future__ import annotations

import importlib
import sys

import django

django.setup()
sending = importlib.import_module("bench.sending")
sending.prepare()
sending.make_due(int(sys.argv[1]))

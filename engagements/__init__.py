"""Programmes as data, engagements, and the one timetable that every date hangs on."""

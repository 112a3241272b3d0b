"""Finds what looks like a CPR number in free text. Pure: no database, no clock (decision 32).

The check digit is not asked: numbers given out since 2007 need not fulfil it.
"""

from __future__ import annotations

import re

# Day, month, two digits of the year; four digits more, with a hyphen or a space before them or nothing.
_NUMBER = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[-\u2013 ]?\d{4}(?!\d)")


def holds_cpr(text: str) -> bool:
    """Whether something in the text is written like a CPR number: ten digits that begin with a date."""
    return _NUMBER.search(text) is not None

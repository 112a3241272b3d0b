"""The ways an action says no. Each carries the Danish sentence that the person shall read."""

from __future__ import annotations


class Refused(Exception):
    """A rule is unmet, or somebody else changed it first: answered with 409 and the sentence."""


class Denied(Exception):
    """Inside the person's scope but not theirs to do, or not now: answered with 403 and the sentence that says who can help."""

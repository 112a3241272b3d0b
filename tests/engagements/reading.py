"""Reading pages: their addresses, and what a refusal says."""

from __future__ import annotations

import re
from typing import Any

from engagements.models import Engagement


def sentence(response: Any) -> str:
    """What the alert of a refusal says."""
    found = re.search(r'error-page">.*?alert-text">(.*?)</p>', response.text, re.DOTALL)
    assert found, "the page shows no sentence"
    return re.sub(r"\s+", " ", found[1]).strip()


def page(engagement: Engagement, tail: str = "") -> str:
    """An address of the engagement: `tail` is what comes after its number."""
    return f"/forloeb/{engagement.pk}/{tail}"

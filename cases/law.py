"""Which service areas an engagement's cases can be about, by the law on the day of the decision (domain rules 9 and 29)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from cases.case_list import plain
from engagements.models import ServiceArea
from engagements.states import Area


def areas_of(area: str) -> list[ServiceArea]:
    """The catalogue of the engagement's area with paragraphs, the law of today first."""
    found = ServiceArea.objects.filter(area=area).prefetch_related("legal_bases")
    return sorted(found, key=lambda one: (one.valid_to is not None, -(one.valid_from or date.min).toordinal(), one.name))


def is_valid(area: ServiceArea, day: date) -> bool:
    """Whether it was law on that day; both ends are included."""
    return (area.valid_from is None or area.valid_from <= day) and (area.valid_to is None or day <= area.valid_to)


def on_day(areas: Iterable[ServiceArea], name: str, day: date) -> ServiceArea | None:
    """The service area of this name as it was on the day of the decision."""
    return next((area for area in areas if area.name == name and is_valid(area, day)), None)


def paragraph_of(area: ServiceArea) -> str:
    """barnets lov § 86"""
    return " ".join(str(basis) for basis in area.legal_bases.all())


def label_of(area: ServiceArea) -> str:
    """Merudgifter (barnets lov § 86)"""
    paragraph = paragraph_of(area)
    return f"{area.name} ({paragraph})" if paragraph else area.name


def is_of(area: ServiceArea, of: Area | str) -> bool:
    """Whether it belongs to the catalogue of that area."""
    return area.area == of


def by_words(areas: Iterable[ServiceArea]) -> dict[str, Sequence[ServiceArea]]:
    """What people write in a list → the service areas it can mean: the name, the paragraph with or without its act, or both."""
    found: defaultdict[str, list[ServiceArea]] = defaultdict(list)
    for area in areas:
        words = {plain(area.name), plain(paragraph_of(area)), plain(label_of(area))}
        for basis in area.legal_bases.all():
            for paragraph in {basis.paragraphs, *(f"§ {number}" for number in re.findall(r"\d+(?: [a-z])?(?![a-zæøå])", basis.paragraphs))}:
                words |= {plain(paragraph), plain(f"{basis.act} {paragraph}"), plain(f"{paragraph} {basis.act}")}
        for word in words:
            found[word].append(area)
    return dict(found)

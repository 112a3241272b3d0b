"""Generated CPR numbers of invented birthdays, in every form that people write. No number here is taken from a person."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

TODAY = date(2026, 11, 22)
OLDEST = date(1935, 1, 1)
WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
# As people, forms, scanners and word processors write them; {} is day, month, two digits of the year, serial.
FORMS = {
    "hyphen": "{0}{1}{2}-{3}",
    "bare": "{0}{1}{2}{3}",
    "space": "{0}{1}{2} {3}",
    "hyphen between spaces": "{0}{1}{2} - {3}",
    "en dash": "{0}{1}{2}\u2013{3}",
    "no-break space": "{0}{1}{2}\u00a0{3}",
    "dots and hyphen": "{0}.{1}.{2}-{3}",
    "slashes and space": "{0}/{1}/{2} {3}",
    "spaces": "{0} {1} {2} {3}",
    "broken line": "{0}{1}{2}-\n{3}",
    # and ten more that have been seen
    "no-break hyphen": "{0}{1}{2}\u2011{3}",
    "soft hyphen": "{0}{1}{2}\u00ad{3}",
    "minus": "{0}{1}{2}\u2212{3}",
    "slash": "{0}{1}{2}/{3}",
    "dot": "{0}{1}{2}.{3}",
    "hyphens": "{0}-{1}-{2}-{3}",
    "narrow space": "{0}{1}{2}\u202f{3}",
    "broken line with spaces": "{0}{1}{2}-  \r\n   {3}",
    "tab": "{0}{1}{2}\t{3}",
    "underscore": "{0}{1}{2}_{3}",
}
TEN = list(FORMS)[:10]


def serial(born: date, random: Random, *, check_digit: bool) -> str:
    """Four digits that fit the century of the birthday, and fulfil modulus 11 or do not."""
    seventh = "0123" if born.year < 2000 else "4567" if born.year <= 2036 else "567"
    while True:
        digits = f"{random.choice(seventh)}{random.randrange(1000):03}"
        total = sum(int(one) * weight for one, weight in zip(f"{born:%d%m%y}{digits}", WEIGHTS))
        if (total % 11 == 0) == check_digit:
            return digits


def birthday(random: Random) -> date:
    return OLDEST + timedelta(days=random.randrange((TODAY - OLDEST).days))


def number(random: Random, *, check_digit: bool = True, form: str = "hyphen") -> str:
    born = birthday(random)
    return FORMS[form].format(f"{born:%d}", f"{born:%m}", f"{born:%y}", serial(born, random, check_digit=check_digit))


def replacement(random: Random, *, form: str = "hyphen") -> str:
    """A replacement number: the day is sixty more."""
    born = birthday(random)
    return FORMS[form].format(f"{born.day + 60}", f"{born:%m}", f"{born:%y}", serial(born, random, check_digit=False))

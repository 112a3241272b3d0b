"""What makes a password too easy to guess here, checked without asking anybody: AUTH_PASSWORD_VALIDATORS in the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User

SHORTEST, LONGEST = 15, 128
# So much must be left of a password when everything that is easily guessed here has been taken out of it.
MUST_REMAIN = 8
# Words that somebody who knows what this is would try first. Names of municipalities and authorities come from the database.
OWN_WORDS = (
    "adgangskode", "adgang", "ankestyrelsen", "barnetslov", "boligstyrelsen", "borger", "danmark", "forløb", "handicap",
    "handicapområdet", "hemmelig", "kode", "kodeord", "kommune", "kommunal", "koordinator", "konsulent", "login", "password",
    "sagsgennemgang", "sagsbehandler", "sommer", "vinter", "efterår", "forår", "sbst", "service", "serviceloven", "social",
    "socialstyrelsen", "statsforvaltning", "taskforce", "taskforcen", "udviklingsplan", "velkommen", "viso",
)  # fmt: skip
RUNS = ("1234567890", "qwertyuiopå", "asdfghjklæø", "zxcvbnm", "abcdefghijklmnopqrstuvwxyzæøå")
SHORTEST_RUN = 4
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


class LengthValidator:
    """Long is what makes a password strong; without an upper end hashing it would be an attack on us."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < SHORTEST:
            raise ValidationError(f"Adgangskoden er for kort. Brug mindst {SHORTEST} tegn.", code="password_too_short")
        if len(password) > LONGEST:
            raise ValidationError(f"Adgangskoden er for lang. Brug højst {LONGEST} tegn.", code="password_too_long")

    def get_help_text(self) -> str:
        return f"Mindst {SHORTEST} tegn."


class CommonValidator(CommonPasswordValidator):
    """Django's list of common passwords: as it stands, with something before or after it, or said several times."""

    def validate(self, password: str, user: Any = None) -> None:
        if any(form in self.passwords for form in _bare_forms(password)):
            raise ValidationError("Adgangskoden ligner en af dem, mange bruger. Vælg en anden.", code="password_too_common")

    def get_help_text(self) -> str:
        return "Ikke en, mange bruger."


class GuessableValidator:
    """Words of the task force, names of municipalities, the person's own name, years and runs of keys do not count as length."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(password) < SHORTEST:
            return  # one reason is enough
        if len(_what_remains(password, {*_own_words(), *_words_of(user)})) < MUST_REMAIN:
            raise ValidationError(
                "Adgangskoden er let at gætte: den består mest af navne, årstal, taster i rækkefølge eller ord fra vores arbejde. "
                "Vælg nogle helt andre ord.",
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return "Ikke navne, årstal eller ord fra vores arbejde."


def _bare_forms(password: str) -> Iterator[str]:
    """The password in small letters, without what stands around its letters, and once where it is said several times."""
    plain = password.lower().strip()
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    for form in (plain, bare, plain.translate(LOOKALIKES), bare.translate(LOOKALIKES)):
        yield form
        yield re.sub(r"^(.+?)\1+$", r"\1", form)


def _what_remains(password: str, words: set[str]) -> str:
    """The letters and digits that no known word, year or run of keys covers; one said many times counts once."""
    written = password.lower()
    covered = [not character.isalnum() for character in written]
    for text in (written, written.translate(LOOKALIKES)):
        for start, end in _known_spans(text, words):
            covered[start:end] = [True] * (end - start)
    left = "".join(character for character, is_covered in zip(written, covered) if not is_covered)
    return re.sub(r"(.+?)\1+", r"\1", left)


def _known_spans(text: str, words: set[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        for found in re.finditer(f"(?={re.escape(word)})", text):
            yield found.start(), found.start() + len(word)
    for found in re.finditer(r"(?=(19|20)\d\d)", text):
        yield found.start(), found.start() + 4
    for start in range(len(text) - SHORTEST_RUN + 1):
        piece = text[start : start + SHORTEST_RUN]
        if any(piece in run or piece[::-1] in run for run in RUNS):
            yield start, start + SHORTEST_RUN


def _own_words() -> Iterator[str]:
    for names in Organisation.objects.values_list("name", "display_name"):
        yield from _words_in(*names)
    yield from OWN_WORDS


def _words_of(user: User | None) -> Iterator[str]:
    if user is not None:
        yield from _words_in(user.full_name, user.email)


def _words_in(*texts: str) -> Iterator[str]:
    """The words of names and addresses, also as they are written without Danish letters."""
    for word in re.findall(r"[^\W\d_]{3,}", " ".join(texts).lower()):
        yield word
        yield word.replace("æ", "ae").replace("ø", "oe").replace("å", "aa")

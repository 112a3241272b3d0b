"""Every reason is a sentence for the person who handed the file in, with what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from documents import reasons
from documents.reasons import REASONS, Weight
from documents.states import CprPlace


@pytest.mark.parametrize("code", REASONS)
def test_a_reason_says_what_is_the_matter_and_what_to_do(code):
    said, way_out = reasons.message(code, pages=[3]), reasons.way_out(code)
    assert said.endswith(".") and said[0].isupper() and "{" not in said
    assert way_out.endswith(".") or REASONS[code].weight is Weight.NOTES
    assert len(code) <= 40


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([4], "side 4"),
        ([12, 3], "side 3 og 12"),
        ([3, 7, 8, 9, 12], "side 3, 7–9 og 12"),
        ([1, 1, 2], "side 1–2"),
        (list(range(1, 60, 2)), f"side {', '.join(str(page) for page in range(1, 40, 2))} og flere"),
    ],
)
def test_pages_are_named_as_a_person_would(pages, words):
    assert reasons.in_words(pages) == words


def test_sentences_name_their_pages_or_the_file():
    assert reasons.message("cpr_refused", pages=[3, 4]) == "Der står CPR-numre på side 3–4."
    assert reasons.message("cpr_refused") == "Der står CPR-numre i filen."
    assert reasons.message("pages_without_text", pages=[2]) == "Side 2 har ingen tekst og er ikke kontrolleret for CPR."


def test_a_reason_weighs_what_it_says():
    assert (reasons.refuses(["cpr_found", "macros"]), reasons.refuses(["cpr_found", "not_scanned"])) == (True, False)
    assert (reasons.flags(["active_removed", "pages_without_text"]), reasons.flags(["active_removed"])) == (True, False)


def test_every_code_that_the_check_gives_has_its_sentence():
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((Path(settings.BASE_DIR) / "documents" / "child").glob("*.py")))
    given = set(re.findall(r"Refusal\(\"(\w+)\"\)|\.note\(\"(\w+)\"\)|return \"(\w+)\"$", code, re.MULTILINE))
    found = {word for words in given for word in words if word}
    assert len(found) > 20
    assert found <= REASONS.keys()


def test_the_child_names_places_as_the_database_does():
    text = (Path(settings.BASE_DIR) / "documents" / "child" / "report.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"(\w+)"', re.search(r"^TEXT, ANNOTATION.*?\n.*?$", text, re.MULTILINE).group()))
    assert named == set(CprPlace.values)

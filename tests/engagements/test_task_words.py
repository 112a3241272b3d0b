"""What a milestone asks somebody to do, in words."""

from datetime import date

import pytest

from engagements.states import Purpose
from engagements.task_words import WORDS, verb_of
from tests import factories


def test_every_purpose_but_other_has_words():
    assert set(WORDS) == set(Purpose) - {Purpose.OTHER}


@pytest.fixture
def engagement(consultant):
    return factories.engagement(consultant)


def made(engagement, *purposes, **fields):
    milestone = factories.milestone(engagement, on=date(2026, 2, 19), subject="Kommunen indsender sager", **fields)
    for purpose in purposes:
        milestone.purposes.create(engagement=engagement, purpose=purpose)
    return milestone


@pytest.mark.parametrize(("count", "words"), [(20, "Indsend 20 sager"), (12, "Indsend 12 sager"), (None, "Indsend sager")])
def test_the_expected_number_is_part_of_the_task(engagement, count, words):
    assert verb_of(made(engagement, Purpose.CASES_DUE, expected_count=count)) == words


def test_a_number_is_left_out_where_the_task_has_none(engagement):
    assert verb_of(made(engagement, Purpose.KICK_OFF, expected_count=3)) == "Hold opstartsmøde"


@pytest.mark.parametrize("purposes", [(), (Purpose.OTHER,), (Purpose.MATERIALS_DUE, Purpose.SELF_EVALUATION_DUE)])
def test_no_purpose_or_several_leave_the_milestone_s_own_words(engagement, purposes):
    assert verb_of(made(engagement, *purposes)) == "Kommunen indsender sager"

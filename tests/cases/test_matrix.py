"""*Sagsmatrix*: who sees which field, what it says without colour, what it follows, and what is not in it."""

from __future__ import annotations

import io
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessLog
from accounts.states import Role
from cases import matrix, matrix_texts, scales
from cases.models import Answer, CaseConflict, Review
from cases.states import CaseState, Rating, ReviewState, RoundState, Scale
from tests import factories

pytestmark = pytest.mark.django_db
POLLING = {"HX-Request": "true", "X-Polling": "1"}
SECRET = "Plantet internt notat"


@pytest.fixture
def round(engagement, jurist, viso):
    """Three cases with the jurist's and VISO's reviews to come; VISO has the first two."""
    made = factories.reviewable_round(engagement, cases=3)
    factories.locked_selection(made, jurist, [1, 2])
    return made


@pytest.fixture
def viso(engagement):
    person = factories.person(Role.VISO_CONSULTANT, name="Vera Viso")
    engagement.team_members.create(user=person, role=Role.VISO_CONSULTANT)
    engagement.__dict__.pop("_team", None)
    return person


@pytest.fixture
def colleague(engagement):
    """A second jurist on the team."""
    person = factories.person(Role.LEGAL_REVIEWER, name="Ditte Jurist")
    engagement.team_members.create(user=person, role=Role.LEGAL_REVIEWER)
    return person


def case(round, number: int):
    return round.cases.select_related("round__engagement").get(number=number)


def url(round, name: str = "matrix", *more, query: str = "") -> str:
    return reverse(name, args=[round.engagement_id, round.kind, *more]) + query


def symbols(round, user, *, with_viso: bool = False) -> dict[int, str]:
    """Case → its symbols in a row."""
    found = matrix.matrix_of(round, user, with_viso=with_viso)
    return {row.case.number: "".join(cell.symbol or "_" for cell in row.cells) for row in found.rows}


def set_answer(review: Review, code: str, rating: Rating, **fields) -> Answer:
    return factories.answer(review, review.criteria.criteria.get(code=code), rating, **fields)


# Who sees what


def test_a_consultant_sees_the_answers_of_a_draft_and_no_word_of_it(log_in, round, consultant, jurist):
    draft = factories.legal_review(case(round, 1), jurist)
    set_answer(draft, "oplysning", Rating.MATERIAL_DEFECT, reason="Børnesamtalen mangler", internal_note=SECRET)
    assert symbols(round, consultant) == {1: "●■" + "●" * 12, 2: "·" * 14, 3: "·" * 14}
    client = log_in(consultant)
    pages = [url(round), url(round, "matrix-cell", 1, "jura", "oplysning"), url(round, "matrix-criterion", "jura", "oplysning")]
    for page in (client.get(one) for one in pages):
        assert page.status_code == 200
        assert "Mangel med væsentlig betydning" in page.text
        assert "Børnesamtalen" not in page.text and SECRET not in page.text
    assert matrix_texts.NOT_ASSURED in client.get(pages[1]).text


def test_the_words_come_when_the_review_is_assured_and_internal_notes_never_do(log_in, round, consultant, jurist, colleague):
    review = factories.legal_review(case(round, 1), jurist, state=ReviewState.ASSURED, assured_by=colleague, internal_note=SECRET)
    texts = {"reason": "Børnesamtalen mangler", "strength": "Klar plan", "learning_point": "Tal med barnet først", "internal_note": SECRET}
    set_answer(review, "oplysning", Rating.MATERIAL_DEFECT, **texts)
    client = log_in(consultant)
    for one in (url(round, "matrix-cell", 1, "jura", "oplysning"), url(round, "matrix-criterion", "jura", "oplysning")):
        page = client.get(one).text
        assert all(word in page for word in ("Børnesamtalen mangler", "Klar plan", "Tal med barnet først"))
        assert SECRET not in page


def test_a_jurist_sees_the_drafts_of_others_as_hidden_and_their_own(log_in, round, jurist, colleague):
    factories.legal_review(case(round, 1), jurist, rating=Rating.MINOR_DEFECT)
    factories.legal_review(case(round, 2), colleague, rating=Rating.MINOR_DEFECT)
    factories.legal_review(case(round, 3), colleague, rating=Rating.MINOR_DEFECT, state=ReviewState.IN_QA)
    assert symbols(round, jurist) == {1: "◐" * 5 + "●" * 9, 2: "_" * 14, 3: "◐" * 5 + "●" * 9}
    page = log_in(jurist).get(url(round, "matrix-cell", 2, "jura", "oplysning")).text
    assert matrix_texts.DRAFT in page
    assert "Mangel uden væsentlig betydning" not in page


@pytest.mark.parametrize("who", ["consultant", "jurist"])
def test_the_overlay_of_viso_waits_for_the_one_who_looks(request, round, jurist, viso, colleague, who):
    looking = request.getfixturevalue(who)
    factories.viso_review(case(round, 1), viso, rating=Rating.SOME)
    factories.viso_review(case(round, 2), viso, rating=Rating.SOME, state=ReviewState.FINAL)

    def overlay() -> dict[int, str]:
        return {number: row[14:] for number, row in symbols(round, looking, with_viso=True).items()}

    assert overlay() == {1: "_" * 5, 2: "◐" * 5 if who == "consultant" else "_" * 5, 3: "·" * 5}
    factories.legal_review(case(round, 2), jurist, state=ReviewState.ASSURED, assured_by=colleague)
    assert overlay()[2] == "◐" * 5
    assert {len(row) for row in symbols(round, looking).values()} == {14}


def test_nobody_sees_a_case_that_they_are_inhabil_in(log_in, round, consultant, jurist):
    for number in (1, 2):
        factories.legal_review(case(round, number), jurist, rating=Rating.NOT_KEPT)
    CaseConflict.objects.create(case=case(round, 2), user=consultant)
    found = matrix.matrix_of(round, consultant)
    assert [row.case.number for row in found.rows] == [1, 3]
    assert max(column.tally.answered for column in found.columns) == 1
    assert log_in(consultant).get(url(round, "matrix-cell", 2, "jura", "frist")).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("viso", 403), ("coordinator", 403), ("leader", 403), ("employee", 404)])
@pytest.mark.parametrize("name", ["matrix", "matrix-xlsx", "findings"])
def test_it_is_the_task_forces_own(log_in, request, round, who, status, name):
    assert log_in(request.getfixturevalue(who)).get(url(round, name)).status_code == status


def test_there_is_none_before_the_cases_are_handed_in(log_in, engagement, consultant):
    round = factories.round(engagement, cases=3)
    client = log_in(consultant)
    assert {client.get(url(round, name)).status_code for name in ("matrix", "matrix-xlsx", "findings")} == {404}


def test_what_does_not_exist_is_not_there(log_in, round, consultant):
    client = log_in(consultant)
    for more in ((1, "jura", "findes-ikke"), (9, "jura", "frist"), (1, "andet", "frist"), (1, "viso", "frist")):
        assert client.get(url(round, "matrix-cell", *more)).status_code == 404
    assert client.get(url(round, "matrix-criterion", "viso", "frist")).status_code == 404


def test_a_review_that_no_longer_counts_leaves_no_answer(round, consultant, viso):
    ended = factories.viso_review(case(round, 1), viso, state=ReviewState.FINAL)
    Review.objects.filter(pk=ended.pk).update(ended_at=ended.created_at)
    assert symbols(round, consultant, with_viso=True)[1] == "·" * 19


def test_a_case_that_was_taken_back_is_no_row(round, consultant):
    round.cases.filter(number=2).update(state=CaseState.DRAFT)
    assert [row.case.number for row in matrix.matrix_of(round, consultant).rows] == [1, 3]


# What it says


def test_every_field_has_its_words_and_every_answer_its_own_symbol_in_its_scale(log_in, round, consultant, jurist):
    review = factories.legal_review(case(round, 1), jurist)
    set_answer(review, "klagevejledning", Rating.NOT_KEPT, material=True, good_example=True)
    page = log_in(consultant).get(url(round)).text
    assert "Sag 01, Klagevejledning: Ikke overholdt, væsentlig betydning for afgørelsen, godt eksempel" in page
    assert "Sag 02, Klagevejledning: Ikke vurderet" in page
    for scale in Scale:
        assert len({one.symbol for one in scales.SCALES[scale]}) == len(scales.SCALES[scale])
    told = " ".join(label for _, _, label in matrix.legend())
    assert all(rating.label in told for rating in Rating)


def test_the_top_row_teaches_in_words(round, consultant, jurist):
    for number, rating in ((1, Rating.MATERIAL_DEFECT), (2, Rating.NO_DEFECT), (3, Rating.CANNOT_JUDGE)):
        factories.legal_review(case(round, number), jurist, rating=rating)
    found = {column.criterion.code: column for column in matrix.matrix_of(round, consultant).columns}
    assert found["oplysning"].sentence == "Mangel i 1 af 2 sager, hvor det kunne vurderes, i 1 med væsentlig betydning for afgørelsen."
    assert found["klagevejledning"].sentence == "Overholdt i alle 3 sager, hvor det kunne vurderes."
    assert [column.criterion.position for column in found.values()] == sorted(column.criterion.position for column in found.values())


def test_groups_stand_over_their_criteria(round, consultant):
    found = matrix.matrix_of(round, consultant, with_viso=True)
    assert [(group.label, group.span) for group in found.groups] == [
        ("Retlige mangler", 5), ("Andre sagsbehandlingsregler", 9), ("VISO-fokus", 5),
    ]  # fmt: skip
    assert [column.criterion.code for column in found.columns if column.opens_group] == ["hjemmel", "klagevejledning", "udredning"]


def test_one_service_area_alone(log_in, round, consultant, jurist):
    for each in round.cases.select_related("round__engagement"):
        factories.legal_review(each, jurist, rating=Rating.NOT_KEPT)
    area = case(round, 1).service_area
    assert area is not None
    page = log_in(consultant).get(url(round, query=f"?omraade={area.name}"))
    assert [row.case.number for row in page.context["matrix"].rows] == [1]
    assert {column.tally.answered for column in page.context["matrix"].columns} == {1}
    assert len(log_in(consultant).get(url(round, query="?omraade=Findes+ikke")).context["matrix"].rows) == 3


def test_a_programme_without_viso_offers_no_overlay(log_in, round, consultant):
    client = log_in(consultant)
    assert 'name="vis"' in client.get(url(round)).text
    type(round).objects.filter(pk=round.pk).update(viso_criteria=None)
    page = client.get(url(round, query="?vis=viso"))
    assert 'name="vis"' not in page.text
    assert len(page.context["matrix"].columns) == 14


# What it follows


def test_it_follows_a_save_and_is_silent_while_nothing_happens(log_in, round, consultant, jurist):
    review = factories.legal_review(case(round, 1), jurist)
    client = log_in(consultant)
    page = client.get(url(round))
    known = page.context["matrix"].version
    assert f'value="{known}"' in page.text and "every 4s" in page.text and '{"X-Polling": "1"}' in page.text
    nothing = client.get(url(round, query=f"?kendt={known}"), headers=POLLING)
    assert (nothing.status_code, nothing.content) == (204, b"")
    set_answer(review, "frist", Rating.NOT_KEPT)
    part = client.get(url(round, query=f"?kendt={known}"), headers=POLLING)
    assert part.status_code == 200
    assert "<html" not in part.text and "Sag 01, Sagsbehandlingsfrist: Ikke overholdt" in part.text
    assert part.context["matrix"].version != known


def test_the_words_behind_a_symbol_may_change_without_a_new_table(round, consultant, jurist):
    review = factories.legal_review(case(round, 1), jurist, rating=Rating.NOT_KEPT)
    before = matrix.matrix_of(round, consultant).version
    review.answers.update(reason="Andre ord")
    assert matrix.matrix_of(round, consultant).version == before
    review.answers.filter(criterion__code="frist").update(material=True)
    assert matrix.matrix_of(round, consultant).version != before


def test_a_closed_round_is_not_asked_again(log_in, round, consultant):
    type(round).objects.filter(pk=round.pk).update(state=RoundState.CLOSED)
    assert "hx-trigger" not in log_in(consultant).get(url(round)).text.partition("data-arrows")[2].partition("</div>")[0]


# As Excel


def test_the_workbook_holds_the_words_and_is_logged_first(log_in, round, consultant, jurist, viso):
    review = factories.legal_review(case(round, 2), jurist, rating=Rating.MINOR_DEFECT)
    set_answer(review, "frist", Rating.PARTLY_KEPT, reason="Ikke for Excel", material=True)
    factories.viso_review(case(round, 2), viso, state=ReviewState.FINAL)
    response = log_in(consultant).get(url(round, "matrix-xlsx", query="?vis=viso"))
    sheet = load_workbook(io.BytesIO(response.content)).active
    headings, *rows = [[cell.value for cell in row] for row in sheet]
    assert headings[:5] == ["Sag", "Ydelsesområde", "Status", "Status VISO", "Hjemmelsmangel"]
    assert headings[-1] == "VISO: Helhed og sammenhæng"
    second = dict(zip(headings, rows[1]))
    assert (second["Sag"], second["Status"], second["Status VISO"]) == ("Sag 02", "Kladde", "Færdig")
    assert second["Sagsbehandlingsfrist"] == "Delvist overholdt, væsentlig betydning for afgørelsen"
    assert second["VISO: Udredning"] == "I høj grad"
    assert rows[0][4:] == [None] * 19
    assert "Ikke for Excel" not in str(rows)
    assert AccessLog.objects.get(action="export").target_id == str(round.pk)


def test_the_workbook_and_the_page_say_the_same(log_in, round, jurist, colleague):
    factories.legal_review(case(round, 1), jurist, rating=Rating.CANNOT_JUDGE)
    factories.legal_review(case(round, 2), colleague)
    sheet = load_workbook(io.BytesIO(log_in(jurist).get(url(round, "matrix-xlsx")).content)).active
    page = matrix.matrix_of(round, jurist)
    told = [[cell.words if cell.choice or cell.hidden else None for cell in row.cells] for row in page.rows]
    assert [[cell.value for cell in row][3:] for row in list(sheet)[1:]] == told


# Queries


@pytest.mark.parametrize("name", ["matrix", "matrix-criterion", "matrix-cell", "matrix-xlsx"])
def test_the_same_number_of_queries_at_1_3_and_20_cases(log_in, engagement, consultant, jurist, viso, name):
    more = {"matrix-criterion": ["jura", "frist"], "matrix-cell": [1, "jura", "frist"]}.get(name, [])
    client, found, parts = log_in(consultant), set(), set()
    for size, place in ((1, "Skive"), (3, "Viborg"), (20, "Vejle")):
        made = factories.reviewable_round(factories.engagement(consultant, of=place), cases=size)
        factories.locked_selection(made, jurist, [1])
        for each in made.cases.select_related("round__engagement"):
            factories.legal_review(each, jurist, rating=Rating.PARTLY_KEPT)
        factories.viso_review(case(made, 1), viso, state=ReviewState.FINAL)
        for headers, seen in (({}, found), (POLLING, parts)):
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url(made, name, *more, query="?vis=viso"), headers=headers).status_code == 200
            seen.add(len(queries))
    assert (len(found), len(parts)) == (1, 1), (found, parts)
    assert max(found) < 40


def test_all_fields_are_links_to_what_stands_behind_them(log_in, round, consultant, jurist):
    factories.legal_review(case(round, 1), jurist)
    client = log_in(consultant)
    page = client.get(url(round, query="?vis=viso")).text
    links = re.findall(r'<a id="felt-[^"]+" href="([^"]+)"', page)
    assert len(links) == len(set(links)) == 3 * 19
    assert {client.get(link).status_code for link in links[::7]} == {200}

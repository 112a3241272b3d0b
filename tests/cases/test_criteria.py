"""The criteria: the law of the day of the decision, versions that are copied and published, and rounds that keep theirs."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.refusal import Denied, Refused
from accounts.states import Role
from cases import criteria
from cases.actions import assigning, versioning
from cases.models import Case, CriteriaSet, CriteriaVersion, Criterion, CriterionBasis
from cases.states import CriterionGroup, Profession, RoundKind, Scale
from engagements.models import ProgrammeVersion, ServiceArea
from tests import factories

pytestmark = pytest.mark.django_db
PROGRAMMES = {"child": "handicap-boern", "adult": "handicap-voksne", "vulnerable": "udsatte-boern"}
LAST_OF_OLD, FIRST_OF_NEW = date(2023, 12, 31), date(2024, 1, 1)


@pytest.fixture
def admin(db):
    return factories.person(Role.ADMIN, name="Ane Møllegaard")


@pytest.fixture
def legal(db) -> CriteriaVersion:
    return CriteriaVersion.objects.get(criteria_set__slug="jura")


def decided(consultant, area: str, day: date | None, name: str = "") -> Case:
    """A case of an engagement of this area, decided that day; its service area is that of `name` as it is law today."""
    engagement = factories.engagement(consultant, version=factories.version(PROGRAMMES[area]))
    round = factories.round(engagement, cases=1)
    of_today = ServiceArea.objects.filter(area=area, valid_to=None)
    Case.objects.filter(round=round).update(decided_on=day, service_area=of_today.get(name=name) if name else of_today.first())
    return Case.objects.select_related("service_area", "round__engagement").get(round=round)


def law_of(code: str, case: Case) -> str:
    return criteria.law_of(Criterion.objects.get(code=code, version__criteria_set__slug="jura"), case)


# The law


@pytest.mark.parametrize(
    ("area", "day", "law"),
    [
        ("child", LAST_OF_OLD, "serviceloven § 140"),
        ("child", FIRST_OF_NEW, "barnets lov § 91"),
        ("vulnerable", date(2023, 5, 2), "serviceloven § 140"),
        ("vulnerable", date(2024, 5, 2), "barnets lov § 91"),
        ("adult", LAST_OF_OLD, "serviceloven § 141"),
        ("adult", FIRST_OF_NEW, "serviceloven § 141"),
        ("child", None, "barnets lov § 91"),  # without a date the law of today
    ],
)
def test_the_law_shown_is_that_of_the_day_of_the_decision(consultant, area, day, law):
    assert law_of("handleplan", decided(consultant, area, day)) == law


@pytest.mark.parametrize(
    ("day", "law"),
    [
        (LAST_OF_OLD, "retssikkerhedsloven § 4 · serviceloven § 46, stk. 3"),
        (FIRST_OF_NEW, "retssikkerhedsloven § 4 · barnets lov § 5, stk. 3"),
    ],
)
def test_a_law_for_all_areas_and_days_stands_beside_the_one_of_the_day(consultant, day, law):
    assert law_of("inddragelse", decided(consultant, "child", day)) == law


@pytest.mark.parametrize(("day", "law"), [(LAST_OF_OLD, "serviceloven § 41"), (FIRST_OF_NEW, "barnets lov § 86")])
@pytest.mark.parametrize("code", ["hjemmel", "vurdering"])
def test_the_cases_own_paragraph_is_that_of_the_day_too(consultant, code, day, law):
    assert law_of(code, decided(consultant, "child", day, "Merudgifter")) == law


def test_a_case_without_a_service_area_has_no_paragraph_of_its_own(consultant):
    case = decided(consultant, "child", FIRST_OF_NEW)
    case.service_area = None
    assert (law_of("hjemmel", case), law_of("notatpligt", case)) == ("", "offentlighedsloven § 13")


def test_a_law_that_is_not_in_force_yet_is_not_shown(consultant, legal):
    criterion = legal.criteria.get(code="notatpligt")
    criterion.bases.create(act="ny lov", paragraphs="§ 1", valid_from=date.today() + timedelta(days=9))
    assert criteria.law_of(criterion, decided(consultant, "adult", None)) == "offentlighedsloven § 13"


def test_on_no_day_do_two_acts_that_follow_each_other_both_count(consultant):
    """Of every criterion in every area, on the days around the change and far from it."""
    days = [date(2010, 1, 1), LAST_OF_OLD, FIRST_OF_NEW, date(2026, 6, 1)]
    found = set()
    for area in PROGRAMMES:
        case = decided(consultant, area, None)
        for day in days:
            case.decided_on = day
            asked = criteria.asked(criteria.current(case.round, Profession.LEGAL), case)
            laws = {one.criterion.code: one.law for one in asked if not one.criterion.uses_case_paragraph}
            assert not [code for code, law in laws.items() if "serviceloven" in law and "barnets lov" in law]
            found |= {(area, day.year) for law in laws.values() if "barnets lov" in law}
    assert found == {("child", 2024), ("child", 2026), ("vulnerable", 2024), ("vulnerable", 2026)}


def test_the_criteria_come_in_order_with_their_law_in_a_fixed_number_of_queries(consultant, legal):
    case = decided(consultant, "child", FIRST_OF_NEW, "Hjemmetræning")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        asked = criteria.asked(legal, case)
    assert len(queries) == 4  # the case's paragraph, criteria, bases, indicators
    assert [one.criterion.code for one in asked][:3] == ["hjemmel", "oplysning", "begrundelse"]
    assert [one.law for one in asked][:2] == ["barnets lov § 85", "retssikkerhedsloven § 10"]


# The catalogue


def test_every_programme_with_cases_is_reviewed_by_jurists_and_viso(consultant):
    for version in ProgrammeVersion.objects.filter(case_count__gt=0):
        round = factories.round(factories.engagement(consultant, version=version), cases=1)
        assert [criteria.current(round, profession) is not None for profession in Profession] == [True, True]


def test_the_catalogue_holds_what_was_agreed():
    groups = {
        found.slug: [(group, found.versions.get().criteria.filter(group=group).count()) for group in CriterionGroup]
        for found in CriteriaSet.objects.all()
    }
    assert {slug: [number for _, number in counts] for slug, counts in groups.items()} == {
        "jura": [5, 9, 0, 0], "viso-fokus": [0, 0, 5, 0], "pejlemaerker": [0, 0, 0, 4],
    }  # fmt: skip


def test_every_criterion_helps_in_a_sentence_or_two_and_names_its_law():
    for criterion in Criterion.objects.prefetch_related("bases", "indicators"):
        assert 20 < len(criterion.guidance) <= 130, criterion
        assert criterion.guidance.count("?") >= 1, criterion
        if criterion.scale == Scale.FOCUS:
            assert criterion.indicators.count() == 3, criterion
        else:
            assert criterion.uses_case_paragraph or criterion.bases.exists(), criterion
    assert not [basis for basis in CriterionBasis.objects.all() if not re.match(r"§", basis.paragraphs)]


# Versions


def test_a_new_version_is_a_copy_with_everything_in_it(admin, legal):
    made = versioning.copy(version=legal, by=admin)
    assert (made.number, made.published_at) == (2, None)

    def shape(version):
        return [
            (
                one.code, one.label, one.group, one.rule_class, one.scale, one.guidance, one.uses_case_paragraph, one.position,
                [(str(basis), basis.area, basis.valid_from, basis.valid_to, str(basis.supersedes or "")) for basis in one.bases.all()],
                [(indicator.code, indicator.text) for indicator in one.indicators.all()],
            )
            for one in version.criteria.all()
        ]  # fmt: skip

    assert shape(made) == shape(legal)
    superseding = CriterionBasis.objects.filter(criterion__version=made, supersedes__isnull=False)
    assert superseding.count() == 6
    assert {basis.supersedes.criterion.version for basis in superseding} == {made}
    focus = CriteriaVersion.objects.get(criteria_set__slug="viso-fokus")
    assert shape(versioning.copy(version=focus, by=admin)) == shape(focus)


def test_a_new_version_leaves_running_reviews_alone_and_counts_for_the_next(admin, consultant, engagement, jurist, legal):
    running = factories.round(engagement, cases=1, state="handed_in")
    (review,) = assigning.assign(
        round=running, cases=list(running.cases.all()), profession=Profession.LEGAL, reviewer=jurist, by=consultant
    )
    draft = versioning.copy(version=legal, by=admin)
    draft.criteria.filter(code="frist").update(label="Frist for svar")
    later = factories.round(factories.engagement(consultant, of="Skive"), cases=1)
    assert criteria.current(later, Profession.LEGAL) == legal  # a draft counts for nobody
    versioning.publish(version=draft, by=admin)
    running.refresh_from_db()
    review.refresh_from_db()
    assert (running.legal_criteria, review.criteria) == (legal, legal)
    criteria.pin(running)  # once more changes nothing
    assert running.legal_criteria == legal
    assert legal.criteria.get(code="frist").label == "Sagsbehandlingsfrist"
    criteria.pin(later)
    assert later.legal_criteria == draft


def test_a_status_measurement_asks_what_the_main_round_asked(admin, engagement, legal):
    main = factories.reviewable_round(engagement, cases=1)
    versioning.publish(version=versioning.copy(version=legal, by=admin), by=admin)
    second = factories.round(engagement, cases=1, kind=RoundKind.STATUS)
    criteria.pin(second)
    assert (second.legal_criteria, second.viso_criteria) == (legal, main.viso_criteria)


def test_a_set_has_one_draft_at_a_time(admin, legal):
    versioning.copy(version=legal, by=admin)
    with pytest.raises(Refused, match="Juridiske kriterier har allerede en kladde, version 2"):
        versioning.copy(version=legal, by=admin)


def test_a_version_is_published_once_and_not_without_criteria(admin, legal):
    draft = versioning.copy(version=legal, by=admin)
    versioning.publish(version=draft, by=admin)
    with pytest.raises(Refused, match="er allerede taget i brug"):
        versioning.publish(version=draft, by=admin)
    empty = CriteriaVersion.objects.create(criteria_set=legal.criteria_set, number=3)
    with pytest.raises(Refused) as refusal:
        versioning.publish(version=empty, by=admin)
    assert str(refusal.value) == versioning.EMPTY


def test_a_rule_without_law_is_not_published(admin, legal):
    draft = versioning.copy(version=legal, by=admin)
    draft.criteria.get(code="frist").bases.all().delete()
    with pytest.raises(Refused, match="»Sagsbehandlingsfrist« har ingen hjemmel"):
        versioning.publish(version=draft, by=admin)


def test_a_law_that_begins_before_the_one_it_takes_the_place_of_ends_is_not_published(admin, legal):
    draft = versioning.copy(version=legal, by=admin)
    draft.criteria.get(code="handleplan").bases.filter(act="barnets lov", area="child").update(valid_from=LAST_OF_OLD)
    with pytest.raises(Refused, match="»Handleplan eller barnets plan«: serviceloven § 140 skal slutte, før barnets lov § 91 begynder"):
        versioning.publish(version=draft, by=admin)


@pytest.mark.parametrize("verb", [versioning.copy, versioning.publish])
def test_only_administrators_make_versions(consultant, legal, verb):
    with pytest.raises(Denied, match="kun af administratorer"):
        verb(version=legal, by=consultant)


# In the set-up


def address(model: str, tail: str = "") -> str:
    return f"/admin/cases/{model}/{tail}"


def chosen(action: str, *versions: CriteriaVersion) -> dict:
    return {"action": action, "_selected_action": [version.pk for version in versions]}


def test_an_administrator_copies_corrects_and_publishes(log_in, admin, legal):
    client = log_in(admin)
    response = client.post(address("criteriaversion"), chosen("copy_as_draft", legal))
    draft = CriteriaVersion.objects.get(criteria_set__slug="jura", published_at=None)
    assert response["Location"] == address("criteriaversion", f"{draft.pk}/change/")
    criterion = draft.criteria.get(code="genvurdering")
    posted = {"code": "genvurdering", "label": "Genvurdering efter klage", "group": "procedure", "rule_class": "order", "scale": "rule",
              "guidance": "Er afgørelsen vurderet igen?", "position": "14", "bases-TOTAL_FORMS": "1", "bases-INITIAL_FORMS": "1",
              "bases-0-id": criterion.bases.get().pk, "bases-0-criterion": criterion.pk, "bases-0-act": "retssikkerhedsloven",
              "bases-0-paragraphs": "§ 66, stk. 1", "bases-0-position": "0", "indicators-TOTAL_FORMS": "0", "indicators-INITIAL_FORMS": "0"}  # fmt: skip
    assert client.post(address("criterion", f"{criterion.pk}/change/"), posted).status_code == 302
    criterion.refresh_from_db()
    assert (criterion.label, str(criterion.bases.get())) == ("Genvurdering efter klage", "retssikkerhedsloven § 66, stk. 1")
    client.post(address("criteriaversion"), chosen("publish", draft))
    draft.refresh_from_db()
    assert draft.published_at is not None
    assert client.post(address("criterion", f"{criterion.pk}/change/"), posted | {"label": "Noget andet"}).status_code == 403
    verbs = list(AuditEntry.objects.filter(by=admin, verb__regex=r"^(criteria|setup)\.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["criteria.copy", "setup.change", "setup.change", "criteria.publish"]


def test_a_published_version_is_neither_edited_nor_deleted(log_in, admin, legal):
    client, criterion = log_in(admin), legal.criteria.get(code="frist")
    for model, pk in (("criteriaversion", legal.pk), ("criterion", criterion.pk)):
        page = client.get(address(model, f"{pk}/change/"))
        assert (page.status_code, 'name="_save"' in page.text) == (200, False)
        for tail in ("change/", "delete/"):
            assert client.post(address(model, f"{pk}/{tail}"), {"post": "yes", "label": "x"}).status_code == 403
    client.post(address("criteriaversion"), chosen("delete_selected", legal) | {"post": "yes"})
    client.post(address("criterion"), {"action": "delete_selected", "_selected_action": [criterion.pk], "post": "yes"})
    client.post(address("criteriaset", f"{legal.criteria_set_id}/delete/"), {"post": "yes"})
    criterion.refresh_from_db()
    assert (criterion.label, criterion.version) == ("Sagsbehandlingsfrist", legal)
    assert "taget i brug og rettes ikke" in client.get(address("criteriaversion", f"{legal.pk}/change/")).text


def test_a_draft_can_be_thrown_away(log_in, admin, legal):
    draft = versioning.copy(version=legal, by=admin)
    assert log_in(admin).post(address("criteriaversion", f"{draft.pk}/delete/"), {"post": "yes"}).status_code == 302
    assert list(legal.criteria_set.versions.all()) == [legal]


def test_what_is_refused_is_said_on_the_page(log_in, admin, legal):
    client = log_in(admin)
    focus = CriteriaVersion.objects.get(criteria_set__slug="viso-fokus")
    assert "Vælg netop én version." in client.post(address("criteriaversion"), chosen("copy_as_draft", legal, focus), follow=True).text
    assert "er allerede taget i brug" in client.post(address("criteriaversion"), chosen("publish", legal), follow=True).text
    assert CriteriaVersion.objects.count() == 3


def test_a_new_set_gets_its_first_version_and_the_next_number_is_given(log_in, admin, legal):
    client = log_in(admin)
    programme = legal.criteria_set.programmes.first()
    client.post(address("criteriaset", "add/"), {"slug": "nyt", "name": "Nyt sæt", "profession": "viso", "programmes": [programme.pk]})
    made = CriteriaSet.objects.get(slug="nyt")
    rows = {"criteria-TOTAL_FORMS": "0", "criteria-INITIAL_FORMS": "0"}
    client.post(address("criteriaversion", "add/"), {"criteria_set": made.pk, **rows})
    assert [(version.number, version.published_at) for version in made.versions.all()] == [(1, None)]
    refused = client.post(address("criteriaversion", "add/"), {"criteria_set": made.pk, **rows})
    assert "criteria_set" in refused.context["adminform"].form.errors
    client.post(address("criteriaversion", "add/"), {"criteria_set": legal.criteria_set_id, **rows})
    assert legal.criteria_set.versions.first().number == 2


def test_whose_criteria_they_are_is_fixed_once_there_is_a_version(log_in, admin, legal):
    found = legal.criteria_set
    names = {"slug": "andet", "name": "Jura", "profession": "viso", "programmes": list(found.programmes.values_list("pk", flat=True))}
    assert log_in(admin).post(address("criteriaset", f"{found.pk}/change/"), names).status_code == 302
    found.refresh_from_db()
    assert (found.slug, found.name, found.profession) == ("jura", "Jura", Profession.LEGAL)

"""Reviewing in a browser: twenty cases by keyboard alone, two windows, a line that fails, a log-in that ends, documents beside the form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Route, expect

from accounts.models import AccessLog, User
from accounts.states import Role
from cases import scales
from cases.models import Answer, Case, Criterion, Review, Round
from cases.states import CaseState, Scale
from tests import factories, paper
from tests.browser.conftest import PHONE, give_session
from tests.browser.test_accessibility import AXE, look, violations
from tests.browser.watch import Watch

pytestmark = pytest.mark.django_db(transaction=True)
CASES = 20
NOT_GOOD = {0, 3, 7}  # of every ten answers
MOST_KEYS = 1.5  # for each rating, letters of reasons apart
NO_MOUSE = """for (const kind of ["mousedown", "mousemove", "pointerdown", "wheel", "touchstart"])
  addEventListener(kind, (event) => console.error(`mouse: ${kind} on ${event.target.outerHTML}`), {capture: true})"""


@pytest.fixture
def jurist(site: str, catalogue: None) -> User:
    return factories.person(Role.LEGAL_REVIEWER, name="Jens Jurist")


@pytest.fixture
def round(jurist: User) -> Round:
    engagement = factories.engagement(factories.person(Role.CONSULTANT), team=[(jurist, Role.LEGAL_REVIEWER)])
    return factories.reviewable_round(engagement, cases=CASES)


@pytest.fixture
def review(round: Round, jurist: User) -> Review:
    return given(round.cases.get(number=7), jurist)


def given(case: Case, to: User) -> Review:
    """An untouched review."""
    made = factories.legal_review(case, to, answered=False)
    Case.objects.filter(pk=case.pk).update(state=CaseState.SUBMITTED)
    return made


def url(review: Review) -> str:
    return reverse("review", args=[review.case.round.engagement_id, review.case.round.kind, review.case.number])


def saved(page: Page) -> None:
    expect(page.locator("[data-draft-status]")).to_have_text(re.compile(r"^Gemt kl\. \d\d\.\d\d$"))


class Keys:
    """A keyboard that counts; letters of a reason are not counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, keys: str) -> None:
        self.count += len(keys.split("+"))
        self.page.keyboard.press(keys)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)


def wanted(number: int, place: int, criterion: Criterion) -> tuple[int, str]:
    """The key and the reason for a criterion of a case: three of ten answers are not the good one."""
    turn = (number - 1) * 14 + place
    if turn % 10 not in NOT_GOOD:
        return 1, ""
    return 2 + turn % 4, f"ø{turn}"


def test_twenty_cases_by_keyboard_alone(new_context: Callable[..., BrowserContext], round: Round, jurist: User, site: str) -> None:
    reviews = [given(case, jurist) for case in round.cases.order_by("number")]
    criteria = list(reviews[0].criteria.criteria.all())
    context = new_context()
    context.add_init_script(NO_MOUSE)
    give_session(context, jurist, site)
    page = context.new_page()
    keys, expected = Keys(page), {}
    page.goto(url(reviews[0]))
    for review in reviews:
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Sag {review.case.number:02}")
        expect(page.locator("[data-ratings] input").first).to_be_focused()
        for place, criterion in enumerate(criteria):
            key, reason = wanted(review.case.number, place, criterion)
            keys.press(str(key))
            if reason:
                keys.write(reason)
                keys.press("Enter")
            expected[review.pk, criterion.code] = (scales.SCALES[Scale(criterion.scale)][key - 1].rating.value, reason)
        keys.press("1")  # agrees with the decision
        expect(page.get_by_role("button", name="Gem og næste")).to_be_focused()
        with page.expect_navigation():
            keys.press("Enter")
    assert page.url.endswith(reverse("my-cases"))
    stored = Answer.objects.values_list("review_id", "criterion__code", "rating", "reason")
    assert {(review, code): (rating, reason) for review, code, rating, reason in stored} == expected
    assert set(Review.objects.values_list("overall", flat=True)) == {"agree"}
    ratings = CASES * len(criteria)
    not_good = sum(1 for _, reason in expected.values() if reason)
    assert (ratings, not_good) == (280, 84)
    assert keys.count / ratings <= MOST_KEYS, keys.count
    print(f"\n{keys.count} keys for {ratings} ratings: {keys.count / ratings:.3f}")


def test_the_other_keys(logged_in: Callable[..., Page], review: Review, jurist: User) -> None:
    page = logged_in(jurist)
    page.goto(url(review))
    first = page.get_by_role("group", name="Hjemmelsmangel").get_by_role("radio").first
    second = page.get_by_role("group", name="Utilstrækkelig sagsoplysning").get_by_role("radio").first
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    assert Answer.objects.count() == 0, "arrows walk, they do not answer"
    page.keyboard.press("p")
    expect(page.get_by_label("Side: Hjemmelsmangel")).to_be_focused()
    page.keyboard.type("1n?")  # letters and digits are text here
    page.keyboard.press("Control+A")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(second).to_be_focused()
    page.keyboard.press("n")
    reason = page.get_by_label("Begrundelse: Utilstrækkelig sagsoplysning")
    expect(reason).to_be_focused()
    page.keyboard.type("1 n ? p")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("linje to")
    expect(reason).to_have_value("1 n ? p\nlinje to")
    page.keyboard.press("Enter")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Taster")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    saved(page)
    assert dict(Answer.objects.values_list("criterion__code", "page")) == {"hjemmel": 12, "oplysning": None}


def test_ctrl_enter_saves_and_opens_the_next_case(logged_in: Callable[..., Page], review: Review, round: Round, jurist: User) -> None:
    following = given(round.cases.get(number=9), jurist)
    factories.answer(following, following.criteria.criteria.get(code="hjemmel"), "no_defect")
    page = logged_in(jurist)
    page.goto(url(review))
    page.keyboard.press("3")
    page.keyboard.type("Ingen hjemmel")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.url.endswith(url(following))
    expect(page.get_by_role("group", name="Utilstrækkelig sagsoplysning").get_by_role("radio").first).to_be_focused()
    assert Answer.objects.values_list("rating", "reason").get(review=review) == ("material_defect", "Ingen hjemmel")


@pytest.mark.parametrize(("choice", "stays"), [("Gem dit", "Fra det andet"), ("Behold det gemte", "Fra det ene")])
def test_two_windows_get_both_texts_and_choose(
    logged_in: Callable[..., Page], review: Review, jurist: User, watch: Watch, choice: str, stays: str
) -> None:
    one = logged_in(jurist)
    other = one.context.new_page()
    for page in (one, other):
        page.goto(url(review))
    for page, text in ((one, "Fra det ene"), (other, "Fra det andet")):
        page.bring_to_front()
        page.get_by_role("group", name="Hjemmelsmangel").get_by_role("radio").first.focus()
        page.keyboard.press("n")
        page.keyboard.type(text)
        if page is one:
            saved(one)
    both = other.locator("[data-draft-conflict]")
    expect(both).to_contain_text("Fra det ene")
    expect(both).to_contain_text("Fra det andet")
    expect(other.locator("[data-draft-status]")).to_contain_text("Ikke gemt")
    assert Answer.objects.get().reason == "Fra det ene"
    other.evaluate(AXE)
    assert violations(other) == []
    both.get_by_role("button", name=choice).press("Enter")
    field = other.get_by_label("Begrundelse: Hjemmelsmangel")
    expect(field).to_be_focused()
    expect(field).to_have_value(stays)
    saved(other)
    assert Answer.objects.get().reason == stays
    assert {one.partition(" answered ")[2] for one in watch.complaints} == {"409"}
    watch.complaints.clear()


def test_a_line_that_fails_is_told_and_the_text_goes_through_when_it_is_back(
    logged_in: Callable[..., Page], review: Review, jurist: User
) -> None:
    page = logged_in(jurist)
    page.goto(url(review))
    page.route("**/felt/", cut)
    page.keyboard.press("2")
    page.keyboard.type("Skrevet uden forbindelse")
    status = page.locator("[data-draft-status]")
    expect(status).to_have_text("Ikke gemt: ingen forbindelse. Prøver igen.")
    assert "Skrevet" not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert page.evaluate("indexedDB.databases()") == []
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.assign('/')")
    page.wait_for_function("() => true")
    expect(page.get_by_label("Begrundelse: Hjemmelsmangel")).to_have_value("Skrevet uden forbindelse")
    assert asked == ["beforeunload"]
    page.unroute("**/felt/")
    saved(page)
    assert Answer.objects.values_list("rating", "reason").get() == ("minor_defect", "Skrevet uden forbindelse")


def cut(route: Route) -> None:
    route.abort("aborted")


def test_a_log_in_that_ended_keeps_the_text_and_says_so(logged_in: Callable[..., Page], review: Review, jurist: User, site: str) -> None:
    page = logged_in(jurist)
    page.goto(url(review))
    Session.objects.all().delete()
    page.keyboard.press("n")
    page.keyboard.type("Skrevet efter afslutning")
    status = page.locator("[data-draft-status]")
    expect(status).to_contain_text("Ikke gemt: du er logget af. Log ind i et nyt vindue")
    expect(page.get_by_label("Begrundelse: Hjemmelsmangel")).to_have_value("Skrevet efter afslutning")
    give_session(page.context, jurist, site)
    saved(page)
    assert Answer.objects.get().reason == "Skrevet efter afslutning"


def test_what_is_missing_is_named_when_it_is_sent(logged_in: Callable[..., Page], round: Round, jurist: User) -> None:
    review = factories.legal_review(round.cases.get(number=3), jurist)
    review.answers.filter(criterion__code="partshoering").delete()
    page = logged_in(jurist)
    page.goto(url(review))
    expect(page.locator("[data-done]")).to_have_text("13")
    expect(page.get_by_role("group", name="Manglende partshøring").get_by_role("radio").first).to_be_focused()
    page.get_by_role("button", name="Send til kvalitetssikring").press("Enter")
    link = page.get_by_role("link", name="Vælg en vurdering under »Manglende partshøring«.")
    link.press("Enter")
    expect(page.get_by_role("group", name="Manglende partshøring").get_by_role("radio").first).to_be_focused()
    page.keyboard.press("1")
    saved(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Send til kvalitetssikring").press("Enter")
    expect(page.get_by_text("Gennemgangen af Sag 03 er sendt til kvalitetssikring.")).to_be_visible()


def test_the_documents_are_read_beside_the_form(logged_in: Callable[..., Page], review: Review, jurist: User) -> None:
    coordinator = factories.person(Role.COORDINATOR)
    file = factories.case_document(review.case, coordinator, handed_in=True, name="Journal.pdf")
    paper.readable(file.document, ["Første side", "Anden side om klagen", "Tredje side"])
    page = logged_in(jurist)
    page.goto(url(review))
    assert not AccessLog.objects.filter(by=jurist).exists()
    page.get_by_role("link", name=re.compile("Journal.pdf$")).press("Enter")
    expect(page.get_by_role("img", name="Side 1 af 3")).to_be_visible()
    assert AccessLog.objects.filter(by=jurist, purpose="Akt i Sag 07").count() == 1
    page.get_by_role("link", name="Næste side").press("Enter")
    expect(page.get_by_role("img", name="Side 2 af 3")).to_be_visible()
    assert page.url.endswith(url(review))
    page.get_by_label("Søg i dokumentet").fill("tredje")
    page.get_by_label("Søg i dokumentet").press("Enter")
    expect(page.get_by_role("img", name="Side 3 af 3")).to_be_visible()
    page.get_by_role("group", name="Hjemmelsmangel").get_by_role("radio").first.focus()
    page.keyboard.press("p")
    expect(page.get_by_label("Side: Hjemmelsmangel")).to_have_value("3")
    saved(page)
    assert Answer.objects.values_list("document", "page").get() == (file.pk, 3)
    page.get_by_label("Side: Hjemmelsmangel").fill("2")
    page.get_by_role("link", name=re.compile("^Vis siden ?: Hjemmelsmangel$")).press("Enter")
    expect(page.get_by_role("img", name="Side 2 af 3")).to_be_visible()
    assert page.url.endswith(url(review))


def test_on_a_phone_and_without_javascript_it_is_a_plain_form(
    new_context: Callable[..., BrowserContext], review: Review, jurist: User, site: str
) -> None:
    context = new_context(java_script_enabled=False, viewport=PHONE)
    give_session(context, jurist, site)
    page = context.new_page()
    page.goto(url(review))
    page.get_by_role("group", name="Hjemmelsmangel").get_by_role("radio", name="Mangel uden væsentlig betydning").check(force=True)
    page.get_by_label("Begrundelse: Hjemmelsmangel").fill("Uden script")
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Sag 07 er gemt.")).to_be_visible()
    expect(page.get_by_label("Begrundelse: Hjemmelsmangel")).to_have_value("Uden script")
    assert Answer.objects.values_list("rating", "reason").get() == ("minor_defect", "Uden script")


def test_it_fits_a_phone(logged_in: Callable[..., Page], review: Review, jurist: User) -> None:
    page = logged_in(jurist, viewport=PHONE)
    page.goto(url(review))
    assert look(page, "sideways") == []

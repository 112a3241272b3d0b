"""The whole hand-in in a browser, with real files over a real web server: twenty cases, what goes wrong on the way, two colleagues,
a server that is killed, receipts, supplements; by keyboard, and without scripts."""

from __future__ import annotations

import hashlib
import io
import os
import re
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts import jobs
from accounts.models import User
from accounts.states import Role
from cases.actions import calling_in
from cases.models import Case, CaseDocument, DocumentType, HandIn, Round
from cases.states import CaseState, RoundState
from documents import checking
from engagements.calendar import next_working_day
from taskforce.demo import papers
from tests import factories, pdf_checks
from tests.browser.conftest import LAPTOP, PATIENCE, give_session
from tests.browser.test_keyboard import enter, tab_to
from tests.browser.visitor import Visitor
from tests.documents.web import Web
from tests.factories.cases import DECIDED_FROM, DECIDED_TO
from tests.servers import until

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 8  # MB a file
TOO_LARGE = LIMIT * 10**6 + 1
SLOW = 900_000  # bytes a second, so that an upload can be cut in the middle
OTHERS = ("partshoering", "ansoegning", "udredning")  # kinds that are made voluntary, so that a case is two files
Upload = tuple[str, bytes]


class Restartable(Web):
    """A web server that comes back at the same address."""

    def __init__(self, folder: Path, files: Path) -> None:
        with socket.socket() as line:
            line.bind(("127.0.0.1", 0))
            self.at = f"127.0.0.1:{line.getsockname()[1]}"
        super().__init__(folder, files, more=["--bind", self.at])

    def environment(self) -> dict[str, str]:
        return super().environment() | {"UPLOAD_FILE_MB": str(LIMIT), "SITE_URL": self.url}

    @property
    def url(self) -> str:
        return f"http://localhost:{self.at.rpartition(':')[2]}"


@pytest.fixture
def hanne(catalogue: None) -> User:
    return factories.person(Role.COORDINATOR, name="Hanne Koordinator")


@pytest.fixture
def ida(catalogue: None) -> User:
    return factories.person(Role.COORDINATOR, name="Ida Kollega")


@pytest.fixture
def jurist(catalogue: None) -> User:
    return factories.person(Role.LEGAL_REVIEWER, name="Jonas Jurist")


@pytest.fixture
def round(hanne: User, ida: User, jurist: User) -> Round:
    """Twenty slots that were just called in; a case holds a decision and a journal."""
    DocumentType.objects.filter(slug__in=OTHERS).update(mandatory=False)
    lead = factories.person(Role.CONSULTANT, name="Katrine Konsulent")
    engagement = factories.engagement(lead, plan=True, team=[(jurist, Role.LEGAL_REVIEWER)])
    areas = factories.service_areas(engagement)
    made = calling_in.prepare(engagement=engagement, areas=areas, decided_from=DECIDED_FROM, decided_to=DECIDED_TO, by=lead)
    return calling_in.send(round=made, by=lead)


@pytest.fixture
def web(tmp_path: Path, settings: Any, catalogue: None) -> Iterator[Restartable]:
    settings.PRIVATE_FILES_DIR = tmp_path / "files"
    settings.PRIVATE_FILES_DIR.mkdir()
    server = Restartable(tmp_path / "web", settings.PRIVATE_FILES_DIR)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def at(chromium: Browser, web: Restartable) -> Iterator[Callable[..., Page]]:
    """A page of somebody who is logged in at the server that can be killed; what the browser complains about then is no fault."""
    made: list[BrowserContext] = []

    def open_page(user: User) -> Page:
        context = chromium.new_context(base_url=web.url, locale="da-DK", timezone_id="Europe/Copenhagen", viewport=LAPTOP)
        context.set_default_timeout(PATIENCE)
        give_session(context, user, web.url)
        made.append(context)
        return context.new_page()

    yield open_page
    for context in made:
        context.close()


def case_papers(number: int) -> list[Upload]:
    """A decision and a journal that no other case has."""
    about = [f"Sagen har nummer {number}.", "Familien er hørt, og bemærkningerne er indarbejdet."]
    return [(f"{title}.pdf", papers.paper(title, about)) for title in ("Afgørelse", "Journalnotat")]


def noise(name: str) -> Upload:
    """A scan of about six MB."""
    picture = io.BytesIO()
    Image.frombytes("RGB", (1500, 1400), os.urandom(1500 * 1400 * 3)).save(picture, "PNG")
    return name, picture.getvalue()


def the_list() -> str:
    """Twenty rows as Excel puts them on the clipboard."""
    rows = [f"{number}\tMerudgifter\t{number}.6.2025\t{'afslag' if number % 3 else 'bevilget'}\t9\tEn sag" for number in range(1, 21)]
    return "\n".join(["Sag\tYdelsesområde\tDato\tUdfald\tAlder\tBeskrivelse", *rows])


def url(name: str, round: Round, *more: object) -> str:
    return reverse(name, args=[round.engagement_id, round.kind, *more])


def choose(page: Page, files: list[Upload]) -> None:
    """Choose files in the component; they are on their way from then on."""
    chosen = [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files]
    page.locator("[data-upload] input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]


def received(page: Page, name: str) -> None:
    expect(page.locator(".upload-row").filter(has_text=name)).to_contain_text("Modtaget")


def add(page: Page, round: Round, number: int, files: list[Upload]) -> None:
    """Upload files on the page of a case, and wait until all are there."""
    page.goto(url("case", round, number))
    choose(page, files)
    for name, _ in files:
        received(page, name)


def check() -> None:
    """What the worker does between two sweeps."""
    while checking.check_next():
        pass


def test_twenty_cases_are_handed_in(at: Callable[..., Page], web: Restartable, round: Round, hanne: User, ida: User, jurist: User) -> None:
    hers, colleagues = at(hanne), at(ida)
    the_list_from_excel(hers, round)
    what_is_wrong_is_said_for_each_file_and_stops_no_other(hers, round)
    two_colleagues_upload_at_the_same_time(hers, colleagues, round)
    an_upload_survives_the_server(hers, web, round)
    for number in range(6, 21):
        add(hers if number % 2 else colleagues, round, number, case_papers(number))
    what_was_found_is_confirmed(hers, round)
    what_stops_is_listed(hers, round)
    receipt = all_are_handed_in(hers, round)
    no_way_leads_to_the_bytes_any_more(hers, round)
    more_is_asked_for_and_sent(hers, at(jurist), round, jurist)
    assert HandIn.objects.get(sequence=1).number in receipt


def the_list_from_excel(page: Page, round: Round) -> None:
    page.goto(url("case-list", round))
    page.get_by_label("Sagslisten").fill(the_list())
    page.get_by_role("button", name="Læs listen").click()
    page.get_by_role("button", name="Gem 20 sager").click()
    expect(page.get_by_role("heading", level=2, name="Sagsoversigt")).to_be_visible()
    assert round.cases.exclude(decided_on=None).count() == 20


def what_is_wrong_is_said_for_each_file_and_stops_no_other(page: Page, round: Round) -> None:
    """One too large, one behind a password, one with a CPR number in its name: the good ones of the same choice arrive."""
    number = papers.invented_number(timezone.localdate().replace(year=2014, day=14))
    large = ("Bilag.pdf", b"%PDF-1.4\n" + b"0" * TOO_LARGE)
    named = (f"Brev {number}.pdf", papers.paper("Brev", ["Se bilag."]))
    locked = ("Attest.pdf", papers.locked(papers.paper("Attest", ["Se bilag."]), "1234"))
    page.goto(url("case", round, 1))
    choose(page, [large, *case_papers(1), named, locked])
    for name in ("Afgørelse.pdf", "Journalnotat.pdf", "Attest.pdf"):
        received(page, name)
    rows = page.locator(".upload-row.is-refused")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Bilag.pdf")).to_contain_text(f"{LIMIT} MB")
    expect(rows.filter(has_text="Brev")).to_contain_text("CPR-nummer")
    check()
    page.goto(url("case", round, 1))
    expect(page.locator(".case-status")).to_contain_text("»Attest.pdf« er afvist.")
    page.get_by_role("link", name=re.compile(r"^Fjern.*Attest\.pdf")).click()
    page.get_by_role("main").get_by_role("button", name=re.compile("^Fjern|^Slet")).click()
    page.goto(url("case", round, 1))
    expect(page.locator(".case-status")).to_contain_text("Klar")


def two_colleagues_upload_at_the_same_time(one: Page, other: Page, round: Round) -> None:
    one.goto(url("case", round, 2))
    other.goto(url("case", round, 3))
    choose(one, case_papers(2))
    choose(other, case_papers(3))
    for page in (one, other):
        received(page, "Afgørelse.pdf")
        received(page, "Journalnotat.pdf")
    assert {file.document.uploaded_by.full_name for file in CaseDocument.objects.filter(case__number=2)} == {"Hanne Koordinator"}
    assert {file.document.uploaded_by.full_name for file in CaseDocument.objects.filter(case__number=3)} == {"Ida Kollega"}


def an_upload_survives_the_server(page: Page, web: Restartable, round: Round) -> None:
    """The web server is killed while a scan is under way: it goes on where it was, and arrives byte for byte."""
    scan = noise("Journalnotat.png")
    page.goto(url("case", round, 4))
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW})
    choose(page, [scan])
    expect(page.locator(".upload-row").filter(has_text=scan[0])).to_contain_text(re.compile(r"[1-9]\d? %"))
    web.kill()
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})
    web.start()
    received(page, scan[0])
    assert CaseDocument.objects.get(case__number=4).document.sha256 == hashlib.sha256(scan[1]).hexdigest()
    choose(page, [case_papers(4)[0]])
    received(page, "Afgørelse.pdf")


def what_was_found_is_confirmed(page: Page, round: Round) -> None:
    """A number that stands inside a file, and a scan in which nothing can be read: once for each case, with a reason."""
    number = papers.invented_number(timezone.localdate().replace(year=2014, day=14))
    decision, journal = case_papers(5)
    add(page, round, 5, [decision, (journal[0], papers.paper("Journalnotat", [f"CPR-nummer {number}", "Telefonsamtale med skolen."]))])
    check()
    for case in (4, 5):
        page.goto(url("case", round, case))
        expect(page.locator(".case-status")).to_contain_text("Kræver stillingtagen")
        page.get_by_label("Hvorfor skal CPR-numrene være der?").fill("De står i kommunens egne akter")
        page.get_by_role("button", name="Bekræft CPR-numre").click()
        expect(page.locator(".case-status")).to_contain_text("Klar")


def what_stops_is_listed(page: Page, round: Round) -> None:
    case = Case.objects.get(round=round, number=20)
    Case.objects.filter(pk=case.pk).update(outcome="")
    page.goto(url("cases", round))
    expect(page.get_by_role("row").filter(has_text="Sag 20")).to_contain_text("Mangler")
    page.get_by_role("link", name="Indsend sager").click()
    expect(page.get_by_role("main")).to_contain_text("19 af 20 sager er klar. 1 mere skal være klar, før I kan indsende.")
    expect(page.get_by_role("button", name=re.compile("^Indsend"))).to_have_count(0)
    Case.objects.filter(pk=case.pk).update(outcome=case.outcome)


def all_are_handed_in(page: Page, round: Round) -> str:
    page.goto(url("hand-in", round))
    page.get_by_role("button", name="Indsend 20 sager").click()
    expect(page.get_by_role("status").filter(has_text="Sagerne er indsendt")).to_be_visible()
    made = HandIn.objects.get(round=round)
    assert Round.objects.get(pk=round.pk).state == RoundState.HANDED_IN
    for number in (1, 7, 20):
        for name, content in case_papers(number):
            expect(page.get_by_role("main")).to_contain_text(hashlib.sha256(content).hexdigest())
            assert made.lines.get(case_number=number, name=name).size == len(content)
    assert made.lines.count() == 40
    while jobs.run_next():
        pass
    page.reload()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Hent som PDF").click()
    assert pdf_checks.problems(Path(coming.value.path()).read_bytes()) == []
    return page.get_by_role("heading", level=1).inner_text()


def no_way_leads_to_the_bytes_any_more(page: Page, round: Round) -> None:
    file = CaseDocument.objects.filter(case__number=7).earliest("pk")
    page.goto(url("case", round, 7))
    expect(page.get_by_role("main")).to_contain_text("Afgørelse.pdf")
    expect(page.get_by_role("link", name=re.compile("^Læs"))).to_have_count(0)
    answer = page.goto(reverse("case-file", args=[round.engagement_id, round.kind, 7, file.document_id]))
    assert answer is not None
    assert answer.status == 403


def more_is_asked_for_and_sent(hers: Page, theirs: Page, round: Round, jurist: User) -> None:
    """The jurist misses something; the coordinator finds it among the tasks, sends it, and gets a receipt of its own."""
    due = next_working_day(timezone.localdate() + timedelta(days=9))
    theirs.goto(url("supplement-ask", round, 7))
    theirs.get_by_label("Hvad mangler?").fill("Partshøringen")
    theirs.get_by_label("Frist").fill(f"{due:%d.%m.%Y}")
    theirs.get_by_role("button", name="Bed om akterne").click()
    expect(theirs.get_by_role("status").filter(has_text="Kommunen har fået besked")).to_be_visible()
    hers.goto("/")
    hers.get_by_role("link", name="Indsend supplerende akter til Sag 07").first.click()
    hers.get_by_role("link", name="Upload på sagens side").click()
    late = ("Partshøring.pdf", papers.paper("Partshøring", ["Vi beder om bemærkninger."]))
    choose(hers, [late])
    received(hers, late[0])
    check()
    hers.goto(url("supplement", round, 7))
    hers.get_by_role("button", name="Indsend supplement").click()
    expect(hers.get_by_role("status").filter(has_text="Supplementet er indsendt")).to_be_visible()
    expect(hers.get_by_role("main")).to_contain_text(hashlib.sha256(late[1]).hexdigest())
    assert (HandIn.objects.filter(round=round).count(), Round.objects.get(pk=round.pk).state) == (2, RoundState.HANDED_IN)


# The last steps in other ways


@pytest.fixture
def small(site: str, hanne: User) -> Round:
    """A round of one case, filled in and without files."""
    DocumentType.objects.filter(slug__in=OTHERS).update(mandatory=False)
    made = factories.round(factories.engagement(factories.person(Role.CONSULTANT), plan=False), cases=1)
    factories.filled_case(made.cases.get())
    return made


def test_the_hand_in_by_keyboard(small: Round, hanne: User, logged_in: Callable[..., Page]) -> None:
    factories.ready_case(small.cases.get(), hanne)
    page = logged_in(hanne)
    page.goto(small.get_absolute_url())
    tab_to(page, "^Indsend sager$")
    enter(page)
    tab_to(page, "^Indsend 1 sag$")
    enter(page)
    Visitor(page).sees_heading(re.compile("^Kvittering K-"))
    tab_to(page, "^Lav PDF$")


def test_the_hand_in_without_scripts(small: Round, hanne: User, new_context: Callable[..., BrowserContext], site: str) -> None:
    context = new_context(java_script_enabled=False)
    give_session(context, hanne, site)
    visitor = Visitor(context.new_page())
    visitor.page.goto(url("case", small, 1))
    files = [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in case_papers(1)]
    visitor.page.get_by_label("Filer", exact=True).set_input_files(files)  # type: ignore[arg-type]
    visitor.press_button("Upload")
    until(lambda: CaseDocument.objects.filter(case__round=small).count() == 2, "both files")
    check()
    visitor.page.goto(small.get_absolute_url())
    visitor.follow("Indsend sager")
    visitor.press_button("Indsend 1 sag")
    visitor.sees_heading(re.compile("^Kvittering K-"))
    for _, content in case_papers(1):
        visitor.sees(hashlib.sha256(content).hexdigest())
    assert Case.objects.get(round=small).state == CaseState.SUBMITTED

"""The web server is killed while somebody writes in a review: every letter that was acknowledged is there, and nothing is doubled."""

from __future__ import annotations

import json
import threading
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest

from accounts.drafts import fingerprint
from accounts.models import AuditEntry
from accounts.states import Role
from cases.models import Answer, Case, Review
from cases.states import CaseState
from tests import factories
from tests.conftest import client_of
from tests.documents.web import Line, Web
from tests.servers import until

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 2
BETWEEN = 12  # letters acknowledged before the next kill
FIELD = "hjemmel-reason"
TEXT = "Afgørelsen-nævner-ikke-hjemlen." * 40
FORM = "application/x-www-form-urlencoded"


class Writer(threading.Thread):
    """Types letter by letter, and saves after each as the page does: with what it was given, and again when no answer comes."""

    def __init__(self, web: Web, cookies: dict[str, str], url: str) -> None:
        super().__init__(daemon=True)
        self.web, self.cookies, self.url = web, cookies, url
        self.base = fingerprint("")
        self.acknowledged = ""
        self.lost = 0  # attempts without an answer
        self.refused: list[str] = []
        self.is_done = threading.Event()

    def run(self) -> None:
        while not self.is_done.is_set():
            text = TEXT[: len(self.acknowledged) + 1]
            if self.save(text):
                self.acknowledged = text
            else:
                self.is_done.wait(0.05)

    def save(self, text: str) -> bool:
        body = urlencode({"field": FIELD, FIELD: text, f"base-{FIELD}": self.base}).encode()
        try:
            answer = Line(self.web.port, self.cookies).ask("POST", self.url, body, Content_Type=FORM)
        except (OSError, HTTPException):
            self.lost += 1
            return False
        if answer.status != 200:
            self.refused.append(f"{answer.status} {answer.text[:300]}")
            return True
        self.base = json.loads(answer.text)["base"]
        return True


@pytest.fixture
def review(catalogue: None) -> Review:
    jurist = factories.person(Role.LEGAL_REVIEWER, name="Jens Jurist")
    engagement = factories.engagement(factories.person(Role.CONSULTANT), team=[(jurist, Role.LEGAL_REVIEWER)])
    made = factories.legal_review(factories.reviewable_round(engagement, cases=1).cases.get(), jurist, answered=False)
    Case.objects.update(state=CaseState.SUBMITTED)
    return made


def test_no_acknowledged_letter_is_lost(review: Review, tmp_path: Path) -> None:
    web = Web(tmp_path / "web", tmp_path / "files")
    web.start()
    assert review.reviewer
    cookies = Line.of(web, client_of(review.reviewer)).cookies
    writer = Writer(web, cookies, f"{review.case.get_absolute_url()}gennemgang/jura/felt/")
    writer.start()
    try:
        for _ in range(KILLS):
            before = len(writer.acknowledged)
            until(lambda before=before: len(writer.acknowledged) >= before + BETWEEN, "letters that are acknowledged")
            lost = writer.lost
            web.kill()
            until(lambda lost=lost: writer.lost > lost, "an attempt that finds nobody")
            assert stored().startswith(writer.acknowledged), "what was acknowledged is stored while the server is away"
            web.start()
        until(lambda: stored().startswith(TEXT[: (KILLS + 1) * BETWEEN]), "letters after the last start")
    finally:
        writer.is_done.set()
        writer.join()
        web.kill()
    assert writer.refused == []
    assert writer.lost >= KILLS
    assert stored() == TEXT[: len(stored())]
    assert len(stored()) - len(writer.acknowledged) in {0, 1}, "at most the letter that was on its way"
    assert Answer.objects.count() == 1
    assert AuditEntry.objects.filter(verb="review.write").count() in {1, 2}, "one an hour, also when the server was killed meanwhile"
    assert Case.objects.get().state == CaseState.IN_REVIEW


def stored() -> str:
    return Answer.objects.get().reason

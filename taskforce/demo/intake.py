"""Two rounds of cases: Hedensted half-way through its intake with all that can be in the way, Aabenraa handed in with a receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle

from django.utils import timezone

from accounts.models import User
from cases.actions import calling_in, dispensing, filing, filling, handing_in, inviting
from cases.models import Case, CaseDocument, HandIn, Round
from cases.states import ADULTS, CHILDREN, Outcome
from documents import actions as files
from documents import checking, vault
from documents.models import Document, StoredFile
from documents.states import FileClass
from engagements.models import Engagement, MilestonePurpose, ServiceArea
from engagements.states import Area, EngagementState, Purpose
from taskforce.demo import papers

READY = 6  # of Hedensted's cases; the ones after them show what can be in the way
FEWER = 10  # cases of Aabenraa, with a dispensation
VARIANTS = 2  # so many different papers of each kind: checked once, then known
OUTCOMES = (Outcome.GRANTED, Outcome.REFUSED, Outcome.PARTLY, Outcome.GRANTED)
ABOUT = (
    "Ansøgning efter flytning fra en anden kommune",
    "Opfølgning efter første års støtte",
    "Støtte søgt efter ny udredning",
    "Ansøgning om flere timer end hidtil",
)
TEXTS = {
    "Ansøgning": "Vi søger om støtte, fordi hverdagen er blevet sværere det seneste halve år. Vi beder om et møde om mulighederne.",
    "Journalnotat": "Telefonsamtale. Aftalt, at der indhentes oplysninger fra skole og læge, og at partshøring sendes inden fjorten dage.",
    "Udredning": "Funktionsevnen er beskrevet i seks temaer. Der er størst behov ved overgange i hverdagen og i samspillet med andre.",
    "Partshøring": "Vi har samlet de oplysninger, som afgørelsen vil bygge på, og beder om bemærkninger inden fristen i brevet.",
    "Afgørelse": "Kommunen har truffet afgørelse på grundlag af oplysningerne i sagen. Begrundelse og klagevejledning følger nedenfor.",
}
SENTENCES = (
    "Oplysningerne er gennemgået med familien, som er enig i beskrivelsen.",
    "Støtten evalueres efter tre måneder sammen med leverandøren.",
    "Der er lagt vægt på, at indsatsen skal hænge sammen med skolens plan.",
    "Bemærkningerne er indarbejdet, før afgørelsen blev truffet.",
)


class Desk:
    """Hands papers in as a coordinator would, and remembers what the check said of each: the same bytes are checked once."""

    def __init__(self, round: Round, by: User, known: dict[str, Document]) -> None:
        self.round, self.by, self.known = round, by, known

    def fill(self, case: Case, areas: Sequence[ServiceArea]) -> None:
        """Everything that is asked about the case."""
        groups = CHILDREN if self.round.engagement.area != Area.ADULT else ADULTS
        values = {
            "service_area": areas[case.number % len(areas)],
            "decided_on": self.round.decided_from + timedelta(days=11 * case.number),
            "outcome": OUTCOMES[case.number % len(OUTCOMES)],
            "age_group": groups[case.number % len(groups)],
            "description": ABOUT[case.number % len(ABOUT)],
        }
        case.round = self.round
        filling.fill(case=case, values=values, version=case.version, by=self.by)

    def add(self, case: Case | None, name: str, content: bytes) -> CaseDocument:
        """A file with its name, checked; what it is, is guessed from the name."""
        stored = self._store(content, name)
        like = self.known.get(stored.sha256)
        document = Document(
            scope=stored.scope, name=name, size=stored.size, sha256=stored.sha256, file_class=FileClass.CASE,
            original=stored, uploaded_by=self.by,
        )  # fmt: skip
        if like:
            self._as(document, like)
        document.save()
        while not like and checking.check_next():
            pass
        if not like:
            document.refresh_from_db()
            self.known[document.sha256] = document
        return filing.arrive(document=document, round=self.round, case=case, by=self.by)

    def all_papers(self, case: Case) -> None:
        """One paper of every kind that must be there."""
        for title in TEXTS:
            self.add(case, f"{title}.pdf", a_paper(title, case.number % VARIANTS))

    def _as(self, document: Document, like: Document) -> None:
        """What the check said of the same bytes before."""
        for name in ("state", "file_type", "pages", "pages_without_text", "reasons", "scan"):
            setattr(document, name, getattr(like, name))
        assert like.cleaned is not None
        assert like.text is not None
        document.cleaned = self._copy(like.cleaned)
        document.text = self._copy(like.text)

    def _copy(self, stored: StoredFile) -> StoredFile:
        return self._store(vault.read(stored), stored.name, stored.content_type)

    def _store(self, content: bytes, name: str, content_type: str = "application/pdf") -> StoredFile:
        return files.store(content=content, name=name, content_type=content_type, scope=self.round.engagement.scope, by=self.by)


def seed(people: Mapping[str, User], today: date) -> None:
    """Both rounds; called once, when the engagements were made."""
    running = Engagement.objects.select_related("programme_version__programme", "municipality", "scope")
    half_way = running.get(municipality__name="Hedensted", state=EngagementState.ACTIVE)
    over = running.get(municipality__name="Aabenraa", state=EngagementState.ACTIVE)
    known: dict[str, Document] = {}
    _half_way(Desk(_call_in(half_way, people["katrine"], today), people["hanne"], known))
    inviting.invite(case=half_way.rounds.get().cases.get(number=READY + 1), user=people["emil"], by=people["hanne"])
    _handed_in(Desk(_call_in(over, people["katrine"], over.starts_on), people["sofie"], known), people["katrine"])


def a_paper(title: str, variant: int) -> bytes:
    """A page or two that look like that kind of paper."""
    sentences = cycle(SENTENCES[variant:] + SENTENCES[:variant])
    body = [" ".join(next(sentences) for _ in range(5)) for _ in range(6 + 8 * variant)]
    return papers.paper(title, [TEXTS[title], *body])


def _call_in(engagement: Engagement, by: User, day: date) -> Round:
    """The letter, as it would have been sent on `day`, about the year before."""
    areas = ServiceArea.objects.filter(area=engagement.area, valid_to__isnull=True)
    round = calling_in.prepare(
        engagement=engagement,
        areas=list(areas),
        decided_from=day - timedelta(days=365),
        decided_to=day - timedelta(days=1),
        mix="Halvt bevillinger og halvt afslag, og højst fem sager om det samme ydelsesområde.",
        note="Tag gerne sager med fra begge jeres distrikter." if engagement.area == Area.CHILD else "",
        by=by,
    )
    sent = calling_in.send(round=round, by=by)
    Round.objects.filter(pk=sent.pk).update(called_in_at=timezone.now() - max(timezone.localdate() - day, timedelta()))
    return sent


def _half_way(desk: Desk) -> None:
    """Six cases are ready; then one lacks papers, one has a locked PDF, one a number that looks like a CPR number; two files lie loose."""
    areas, cases = list(desk.round.areas.all()), list(desk.round.cases.order_by("number"))
    for case in cases[: READY + 3]:
        desk.fill(case, areas)
    for case in cases[:READY]:
        desk.all_papers(case)
    lacking, encrypted, flagged = cases[READY : READY + 3]
    desk.add(lacking, "Ansøgning.pdf", a_paper("Ansøgning", 0))
    desk.add(lacking, "Journalnotat.pdf", a_paper("Journalnotat", 0))
    desk.all_papers(encrypted)
    desk.add(encrypted, "Lægeattest.pdf", papers.locked(papers.paper("Attest", ["Se bilag."]), "1234"))
    desk.all_papers(flagged)
    number = papers.invented_number(date(2014, 2, 14))
    desk.add(flagged, "Handleplan.pdf", papers.paper("Handleplan", [f"Barnets CPR-nummer: {number}.", *SENTENCES]))
    desk.add(None, "scan0041.pdf", papers.paper("Opfølgning", SENTENCES[:2]))
    desk.add(None, "Brev fra skolen.pdf", papers.paper("Brev", SENTENCES[2:]))


def _handed_in(desk: Desk, consultant: User) -> None:
    """As many cases as were dispensed to are handed in on the day that they were due."""
    round, areas = desk.round, list(desk.round.areas.all())
    reason = "Kommunen har kun truffet så mange afgørelser på området i perioden"
    dispensing.dispense(round=round, number=FEWER, reason=reason, by=consultant)
    for case in round.cases.order_by("number")[:FEWER]:
        desk.fill(case, areas)
        desk.all_papers(case)
    made = handing_in.hand_in(round=round, by=desk.by)
    due = MilestonePurpose.objects.filter(engagement=round.engagement, purpose=Purpose.CASES_DUE).select_related("milestone").first()
    day = due.milestone.ends_on if due else None
    if day and day < timezone.localdate():
        at = made.at - (timezone.localdate() - day)
        HandIn.objects.filter(pk=made.pk).update(at=at, number=f"K-{day.year}-000001")
        Document.objects.filter(case_document__round=round).update(uploaded_at=at)

"""What the words of a timetable row say: purpose, party, kind, phase. Patterns as data; a guess that a person can edit. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeVar

from engagements.states import Kind, Party, Phase, Purpose

T = TypeVar("T")

A, P, D, C, F = Phase.ANALYSIS, Phase.PLANNING, Phase.DEVELOPMENT, Phase.CLOSING, Phase.FOLLOW_UP
TF, MUNICIPALITY, BOTH = Party.TASK_FORCE, Party.MUNICIPALITY, Party.BOTH


@dataclass(frozen=True)
class Guess:
    """What a row's words say about it."""

    purposes: tuple[Purpose, ...]
    kind: Kind | None  # None: the words do not say
    party: Party
    counterpart: Party
    phase: Phase | None  # None: the words name no phase
    is_strong: bool  # the words outweigh the heading
    optional: bool
    bundled: bool
    place: str
    expected_count: int | None


@dataclass(frozen=True)
class Wording:
    """Words that give a purpose away, with what usually goes with it. `alone`: the row is about nothing else."""

    pattern: str
    purpose: Purpose
    kind: Kind
    party: Party
    phase: Phase | None
    alone: bool = False
    strong: bool = False


# In order: a pattern sees only the words that those above it have left over.
WORDINGS = (
    Wording(r"^indbyrdes|\bkoordiner|\bplanlægning af", Purpose.OTHER, Kind.COORDINATION, BOTH, None, alone=True),
    Wording(r"indkaldelse(?!r? til)|indkaldelsesbrev|indkaldende brev", Purpose.CALL_IN_LETTER, Kind.NOTICE, TF, A, alone=True),
    Wording(r"bestilling|bestiller", Purpose.MATERIALS_ORDER, Kind.NOTICE, TF, A, alone=True),
    Wording(r"statusmåling", Purpose.STATUS_MEASUREMENT, Kind.PRESENTATION, TF, C, strong=True),
    Wording(r"statusrapport", Purpose.STATUS_REPORT, Kind.PRESENTATION, TF, C, strong=True),
    Wording(r"opfølgende møde|opfølgningsmøde|opfølgende statusmøde", Purpose.FOLLOW_UP_MEETING, Kind.MEETING, BOTH, F, True, True),
    Wording(
        r"(?:afsluttende|endelig) selvevaluering|selvevaluering(?:en)? og (?:en )?redegørelse|\bredegørelse",
        Purpose.FINAL_SELF_EVALUATION,
        Kind.DELIVERY,
        MUNICIPALITY,
        C,
        strong=True,
    ),
    Wording(r"midtvejs", Purpose.MIDTERM, Kind.MEETING, BOTH, D, alone=True),
    Wording(
        r"(?:oversigt|liste) (?:over|med) borgere|borgerliste|borgere til interview",
        Purpose.INTERVIEW_LIST_DUE,
        Kind.DEADLINE,
        MUNICIPALITY,
        A,
        alone=True,
    ),
    Wording(r"opfølgende interview", Purpose.FOLLOW_UP_INTERVIEWS, Kind.INTERVIEW, TF, A, alone=True),
    Wording(
        r"interviews? (?:med|af) (?:\w+ )?(?:borger|børn|pårørende|værger|forældre)|borgerinterview",
        Purpose.CITIZEN_INTERVIEWS,
        Kind.INTERVIEW,
        TF,
        A,
        alone=True,
    ),
    Wording(
        r"(?:orientering|præsentation|fremlæggelse|gennemgang) (?:om|af|vedr\.?) (?:resultate\w+ af )?sagsgennemgang|orienteringsmøde",
        Purpose.ORIENTATION_MEETING,
        Kind.MEETING,
        BOTH,
        A,
        alone=True,
    ),
    Wording(r"læringsseminar|læringsdag", Purpose.LEARNING_SEMINAR, Kind.SEMINAR, BOTH, A, alone=True),
    Wording(r"opstartsmøde|startmøde|kick-?off", Purpose.KICK_OFF, Kind.MEETING, BOTH, A, alone=True),
    Wording(r"udviklingsworkshop|workshop", Purpose.DEVELOPMENT_WORKSHOP, Kind.WORKSHOP, BOTH, P, alone=True),
    Wording(r"tema(?:dag|møde)", Purpose.THEME_DAY, Kind.SEMINAR, BOTH, A, alone=True),
    Wording(
        r"(?:faktuel|rettelser|kommentering|bemærkninger)[^.]{0,60}rapport"
        r"|(?:frist|aflever|indsend)[^.]{0,60}(?:rettelser|kommentering)|^faktuel\w* (?:rettelser|kommentering|gennemgang)",
        Purpose.CORRECTIONS_DUE,
        Kind.DEADLINE,
        MUNICIPALITY,
        A,
        alone=True,
    ),
    Wording(r"offentliggør", Purpose.PUBLICATION, Kind.PUBLICATION, MUNICIPALITY, A, alone=True),
    Wording(
        r"(?:forelæg|fremlæg|præsent|oplæg)[^.]{0,60}(?:administrati|direktion|forvaltningsledelse)"
        r"|(?:forelæg|fremlæg|præsent)\w* (?:af )?(?:\w+ )?(?:analyse)?rapport",
        Purpose.REPORT_PRESENTED,
        Kind.PRESENTATION,
        TF,
        A,
        alone=True,
    ),
    Wording(r"politisk|politiker|kommunalbestyrelse|byråd|udvalg(?!t)", Purpose.POLITICAL_PRESENTATION, Kind.PRESENTATION, TF, A),
    Wording(
        r"(?:oplæg|præsent|forelæg|fremlæg|gennemgang)[^.]{0,60}(?:medarbejder|personale)",
        Purpose.STAFF_PRESENTATION,
        Kind.PRESENTATION,
        TF,
        A,
    ),
    Wording(r"interview", Purpose.STAFF_INTERVIEWS, Kind.INTERVIEW, TF, A, alone=True),
    Wording(
        r"gennemfører [^.]{0,60}(?:tiltag|aktiviteter|udviklingsplan)|^(?:selve )?udviklingsforløb|udviklingsperiode|løbende udvikling",
        Purpose.DEVELOPMENT,
        Kind.PERIOD,
        BOTH,
        D,
        alone=True,
    ),
    Wording(
        r"(?:endelig|færdig)\w* udviklingsplan|udviklingsplan\w* er færdig",
        Purpose.PLAN_FINAL,
        Kind.DELIVERY,
        MUNICIPALITY,
        P,
    ),
    Wording(r"udviklingsplan", Purpose.PLAN_INITIAL, Kind.PERIOD, BOTH, P),
    Wording(r"samarbejdsaftale", Purpose.COOPERATION_AGREEMENT, Kind.PERIOD, BOTH, P),
    Wording(r"statusmøde", Purpose.STATUS_MEETING, Kind.MEETING, BOTH, D, alone=True),
    Wording(
        r"(?:send|aflever|indhent)[^.]{0,60} sager(?:ne)?\b|\bsager(?:ne)? (?:\w+ )?(?:indsend|fremsend|send|aflever)",
        Purpose.CASES_DUE,
        Kind.DEADLINE,
        MUNICIPALITY,
        A,
        alone=True,
    ),
    Wording(r"material(?:e|er|et)\b|materialesamling|materialeindsamling", Purpose.MATERIALS_DUE, Kind.DELIVERY, MUNICIPALITY, A),
    Wording(r"selvevaluering", Purpose.SELF_EVALUATION_DUE, Kind.DELIVERY, MUNICIPALITY, A),
)

# Kind by words, before the purpose's own kind; the first that fits.
KINDS = ((r"^(?:sidste )?frist|\bdeadline\b", Kind.DEADLINE), (r"^(?:fælles )?møde\b", Kind.MEETING))
# Kind by words where no purpose was found.
OTHER_KINDS = (
    (r"koordiner|planlægning", Kind.COORDINATION),
    (r"seminar|kursus|kurser", Kind.SEMINAR),
    (r"workshop", Kind.WORKSHOP),
    (r"interview", Kind.INTERVIEW),
    (r"møde", Kind.MEETING),
    (r"oplæg|præsentation|fremlæggelse|forelæggelse", Kind.PRESENTATION),
    (r"\bbrev|modtager|bestilling", Kind.NOTICE),
    (r"frem?send|indsend|\bsend|aflever|levering", Kind.DELIVERY),
    (r"forløb|arbejde med|udarbejd|bidrager|gennemfør", Kind.PERIOD),
)

# Who owes the row, by words, before the purpose's own party; the first that fits.
PARTIES = (
    (r"^(?:kommunen )?modtager\b", TF),
    (r"^task ?force\w*", TF),
    (r"^ankestyrelsen\b|^jurist", Party.ANKESTYRELSEN),
    (r"^viso\b", Party.VISO),
    (r"^kommunen?\b|^\w+ kommune\b", MUNICIPALITY),
    (r"^indbyrdes|^fælles|\bmøde mellem\b|^begge", BOTH),
    (r"(?:sendes|returneres) (?:\w+ )?(?:retur|tilbage|til task ?force|til ankestyrelsen)|^frist for (?:indsend|aflever)", MUNICIPALITY),
    (r"(?:af|fra|ved) task ?force", TF),
    (r"\b(?:af|fra|ved) ankestyrelsen", Party.ANKESTYRELSEN),
    (r"\b(?:af|fra|ved) viso", Party.VISO),
    (r"\b(?:af|fra|ved) kommunen", MUNICIPALITY),
    (r"sendes til kommunen|rapport\w* (?:frem)?sendes", TF),
)
# Who owes it, in a column of its own ("Ansvarlig").
RESPONSIBLE = (
    (r"begge|fælles|(?:task ?force|taskforce).*kommune|kommune.*task ?force", BOTH),
    (r"task ?force|\btf\b|konsulent|social- og boligstyrelsen|socialstyrelsen|\bsbst\b", TF),
    (r"ankestyrelsen|\bast\b|jurist", Party.ANKESTYRELSEN),
    (r"viso", Party.VISO),
    (r"kommune|koordinator|leder|\bk\b", MUNICIPALITY),
)
COUNTERPARTS = {TF: MUNICIPALITY, Party.ANKESTYRELSEN: MUNICIPALITY, Party.VISO: MUNICIPALITY, MUNICIPALITY: TF}

# A line that is nothing but such words is a heading.
HEADINGS = (
    (r"ansøgning", Phase.APPLICATION),
    (r"analyse", A),
    (r"(?:arbejde med )?udviklingsplan(?:en)?", P),
    (r"udvikling|implementering", D),
    (r"afslutning|afsluttende|evaluering", C),
    (r"opfølgning|opfølgende", F),
)
_HEADING = (
    r"(?:(?:fase|del|trin)\s)?(?:\d{1,2}[.:)]?\s)?(?:fase:?\s)?(?:%s)"
    r"(?:s?(?:fasen?|forløb(?:et)?|perioden?)|\s(?:fase|forløb)|en)?(?:\s(?:og|samt)\s\w+)?:?"
)

# What counts as an event when rows are bundled; words of one line are the same event.
EVENTS = (
    r"koordiner|planlægning",
    r"modtager|brev|bestilling",
    r"statusmåling",
    r"(?<!selv)evaluering af",
    r"fremlæg|forelæg|præsentation|oplæg",
    r"\bsendes|\bfremsend|indsend|aflever|frist",
    r"opstart af|igangsæt",
    r"indgåelse|underskriv|samarbejdsaftale",
    r"arbejde med|udviklingsplan|udarbejd",
    r"møde",
    r"seminar|temadag|læringsdag",
    r"workshop",
    r"interview",
    r"offentliggør",
    r"udviklingsforløb",
)
_JOINTS = re.compile(r"\s+(?:og|samt|derefter|herefter|efterfulgt af)\s+|\s*[,;+/•]\s*")
_EVENTS = re.compile("|".join(f"(?P<e{number}>{pattern})" for number, pattern in enumerate(EVENTS)))

_OPTIONAL = re.compile(r"(?:^|[\s(])(?:evt\b|eventuel)")
_FIRST_PART = re.compile(r"\s(?:og|samt)\s|[,;]")
_PLACE = re.compile(
    r"\b(?:hos|lokalt i)\s+((?!Task)[A-ZÆØÅ][\w-]*(?:\s[A-ZÆØÅ][\w-]*)*)"
    r"|(?:seminar|møde|workshop|temadag|læringsdag|interviews?)\s+(?:i|på|hos)\s+((?!Task)[A-ZÆØÅ][\w-]*(?:\s[A-ZÆØÅ][\w-]*)*)"
)
_ONLINE = re.compile(r"\b(?:virtuel\w*|online|via teams|på teams)\b")
COUNT_WORDS = ("en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv")
_COUNTED = r"\w*interviews|sager|\w*møder|workshops|temadage|seminarer|borgere"
_COUNT = re.compile(rf"\b(\d{{1,3}}|{'|'.join(COUNT_WORDS[1:])}) (?:\w+ )?(?:{_COUNTED})\b")
MAX_SUBJECT = 300


def guess(subject: str, responsible: str = "") -> Guess:
    """What `subject` says; `responsible` is the text of a column that names who owes the row."""
    text = " ".join(subject[:MAX_SUBJECT].split())
    low = text.lower().lstrip("-–•* ")
    found = _wordings(low)
    first = found[0] if found else None
    kind = _first(KINDS, low) or (first.kind if first else None) or _first(OTHER_KINDS, low)
    party = _first(RESPONSIBLE, responsible.lower()) or _first(PARTIES, low) or (first.party if first else Party.UNKNOWN)
    with_phase = next((wording for wording in found if wording.phase), None)
    return Guess(
        purposes=tuple(dict.fromkeys(wording.purpose for wording in found)) or (Purpose.OTHER,),
        kind=kind,
        party=party,
        counterpart=COUNTERPARTS.get(party, Party.UNKNOWN),
        phase=with_phase.phase if with_phase else None,
        is_strong=bool(with_phase and with_phase.strong),
        optional=bool(_OPTIONAL.search(_FIRST_PART.split(low)[0])),
        bundled=_events(low) > 1,
        place=_place(text),
        expected_count=_count(low),
    )


def heading_phase(text: str) -> Phase | None:
    """The phase that a heading opens; None when `text` is no such heading."""
    low = " ".join(text[:100].lower().strip("#*:. \t").split())
    return next((phase for pattern, phase in HEADINGS if re.fullmatch(_HEADING % pattern, low)), None)


def _wordings(low: str) -> list[Wording]:
    found: list[Wording] = []
    for wording in WORDINGS:
        shorter = re.sub(wording.pattern, " ", low)
        if shorter == low or (wording.alone and found):
            continue
        found.append(wording)
        if wording.alone:
            break
        low = shorter
    return found


def _first(rules: tuple[tuple[str, T], ...], low: str) -> T | None:
    return next((answer for pattern, answer in rules if re.search(pattern, low)), None)


def _events(low: str) -> int:
    """How many different events the row names: one at most for each part between commas and "og"."""
    matches = (_EVENTS.search(part) for part in _JOINTS.split(low))
    return len({match.lastgroup for match in matches if match})


def _place(text: str) -> str:
    if match := _PLACE.search(text):
        return match[1] or match[2]
    return "Online" if _ONLINE.search(text.lower()) else ""


def _count(low: str) -> int | None:
    match = _COUNT.search(low)
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else COUNT_WORDS.index(match[1]) + 1

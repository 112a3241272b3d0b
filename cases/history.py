"""The words of this app in the history: what its verbs and its stored values are called."""

from __future__ import annotations

from cases.states import AgeGroup, CaseState, FindingState, Outcome, ReviewState, RoundState, SelectionState

VERBS = {
    "round.prepare": "begyndte en indkaldelse af sager",
    "round.revise": "rettede indkaldelsen af sager",
    "round.letter_pdf": "lavede indkaldelsesbrevet som PDF",
    "round.state": "ændrede sagsrundens status",
    "round.release": "frigav resultaterne af sagsgennemgangen",
    "release.erase": "slettede en sag, der er trukket tilbage, fra de frigivne resultater",
    "seminar.draft": "lavede udkast til læringsseminaret",
    "seminar.write": "skrev en side til læringsseminaret",
    "seminar.order": "ændrede rækkefølgen af læringsseminarets sider",
    "seminar.remove": "fjernede en side af læringsseminaret",
    "seminar.pdf": "lavede læringsseminaret som PDF",
    "round.dispense": "gav dispensation til færre sager",
    "round.dispense_off": "tog en dispensation tilbage",
    "criteria.copy": "lavede en ny version af kriterier som kladde",
    "criteria.publish": "tog en version af kriterier i brug",
    "round.close": "lukkede en sagsrunde",
    "hand_in.cases": "indsendte sagerne",
    "hand_in.supplement": "indsendte supplerende akter",
    "hand_in.receipt_pdf": "lavede en kvittering som PDF",
    "supplement.ask": "bad om supplerende akter",
    "supplement.take_back": "tog en anmodning om supplerende akter tilbage",
    "withdraw.file": "trak en akt tilbage",
    "withdraw.case": "trak en sag tilbage",
    "case.state": "ændrede en sags status",
    "case.fill": "rettede en sag",
    "case.empty": "tømte en sag",
    "case.list": "indsatte sagslisten",
    "case.missing": "skrev, hvorfor en akt mangler",
    "case.missing_off": "fjernede begrundelsen for en manglende akt",
    "case.cpr": "bekræftede CPR-numre i en sags akter",
    "file.arrive": "uploadede en akt",
    "file.sort": "ordnede en akt",
    "file.remove": "fjernede en akt",
    "review.assign": "fordelte en sag til gennemgang",
    "review.write": "skrev i en gennemgang",
    "review.due": "ændrede fristen for gennemgangen",
    "review.comment": "kommenterede en gennemgang",
    "review.end": "afsluttede en gennemgang, der ikke tæller med længere",
    "review.state": "ændrede en gennemgangs status",
    "conflict.case": "meldte sig inhabil i en sag",
    "conflict.lift": "ophævede en inhabilitet i en sag",
    "selection.choose": "valgte sager til VISO",
    "selection.change": "udskiftede en sag i VISO-udvalget",
    "selection.state": "ændrede VISO-udvalgets status",
    "finding.state": "ændrede et funds status",
    "finding.draft": "fik fund ud af en gennemgang",
    "finding.words": "rettede ordene i et fund",
}
# The review is the team's own work until its results are released: its verbs are in no history that the municipality reads.
INTERNAL = frozenset(verb for verb in VERBS if verb.startswith(("review.", "selection.", "finding.", "conflict.", "seminar.")))
# What happened to single cases is in no history that VISO reads: it sees its own cases alone.
OF_CASES = frozenset(verb for verb in VERBS if not verb.startswith(("round.", "hand_in.")))
_STATES = (RoundState, CaseState, ReviewState, SelectionState, FindingState)
LABELS = {value: str(label) for kind in (Outcome, AgeGroup, *_STATES) for value, label in kind.choices}

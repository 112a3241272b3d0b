"""The words of this app in the history: what its verbs and its stored values are called."""

from __future__ import annotations

from engagements.states import ChangeKind, EngagementState, MilestoneState, Phase

VERBS = {
    "engagement.open": "oprettede forløbet",
    "engagement.state": "ændrede forløbets status",
    "engagement.phase": "skiftede fase",
    "team.join": "føjede en person til teamet",
    "team.leave": "tog en person af teamet",
    "team.hand_over": "overdrog en plads på teamet",
    "team.lead": "skiftede projektleder",
    "milestone.met_by_delivery": "opfyldte en milepæl ved levering",
    "timetable.undo": "fortrød en ændring af tidsplanen",
    "timetable.pdf": "fik tidsplanen lavet som PDF",
    **{
        f"timetable.{kind}": words
        for kind, words in {
            ChangeKind.CREATE: "oprettede tidsplanen",
            ChangeKind.ADD: "tilføjede en milepæl",
            ChangeKind.EDIT: "ændrede en milepæl",
            ChangeKind.MOVE: "flyttede en dato",
            ChangeKind.MEET: "markerede en milepæl som opfyldt",
            ChangeKind.DROP: "lod en milepæl bortfalde",
            ChangeKind.REOPEN: "genåbnede en milepæl",
            ChangeKind.DELETE: "slettede en milepæl",
            ChangeKind.IMPORT: "indlæste en tidsplan",
        }.items()
    },
}
LABELS = {**dict(EngagementState.choices), **dict(Phase.choices), **dict(MilestoneState.choices)}

"""The words of this app in the history: what its verbs and its stored values are called."""

from __future__ import annotations

from engagements.states import ChangeKind, DocumentKind, EngagementState, MeetingState, MilestoneState, Phase

VERBS = {
    "engagement.open": "oprettede forløbet",
    "engagement.state": "ændrede forløbets status",
    "engagement.phase": "skiftede fase",
    "team.join": "føjede en person til teamet",
    "team.leave": "tog en person af teamet",
    "team.hand_over": "overdrog en plads på teamet",
    "team.lead": "skiftede projektleder",
    "milestone.met_by_delivery": "opfyldte en milepæl ved levering",
    "task.delegate": "uddelegerede en opgave",
    "task.take_back": "tog en uddelegeret opgave tilbage",
    "postponement.ask": "bad om udsættelse af en frist",
    "postponement.offer": "tilbød en anden dato end den ønskede",
    "postponement.grant": "imødekom et ønske om udsættelse",
    "postponement.decline": "afslog et ønske om udsættelse",
    "postponement.withdraw": "trak et ønske om udsættelse tilbage",
    "postponement.close": "afsluttede et ønske om udsættelse",
    "postponement.reopen": "tog et ønske om udsættelse op igen",
    "engagement.mail_hold": "ændrede, om mails til kommunen venter",
    "meeting.save": "gemte kladden til et møde",
    "meeting.invite": "sendte indkaldelse til et møde",
    "meeting.update": "ændrede et indkaldt møde",
    "meeting.cancel": "aflyste et møde",
    "reminders.pause": "satte påmindelser på pause",
    "reminders.resume": "ophævede en pause i påmindelser",
    "engagement.document_add": "uploadede et dokument",
    "engagement.document_kind": "ændrede, hvad et dokument er",
    "timetable.undo": "fortrød en ændring af tidsplanen",
    "timetable.pdf": "fik tidsplanen lavet som PDF",
    "calendar.make": "lavede et kalenderlink",
    "calendar.revoke": "spærrede et kalenderlink",
    "calendar.renew": "lavede et nyt kalenderlink i stedet for det gamle",
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
LABELS = {
    **dict(DocumentKind.choices),
    **dict(EngagementState.choices),
    **dict(Phase.choices),
    **dict(MilestoneState.choices),
    **dict(MeetingState.choices),
}

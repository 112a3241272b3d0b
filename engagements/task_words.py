"""What a milestone asks somebody to do, verb first, for lists of tasks and mails. Data by purpose; reads nothing but the milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagements.states import Purpose

if TYPE_CHECKING:
    from engagements.models import Milestone

# Without a number, and (where the number is part of the task) with it. *Andet* has no words: the milestone's own subject stands.
WORDS: dict[Purpose, tuple[str, str]] = {
    Purpose.CALL_IN_LETTER: ("Send indkaldelsesbrev", ""),
    Purpose.MATERIALS_ORDER: ("Bestil materialer og selvevaluering", ""),
    Purpose.CASES_DUE: ("Indsend sager", "Indsend {} sager"),
    Purpose.MATERIALS_DUE: ("Send materialer", ""),
    Purpose.SELF_EVALUATION_DUE: ("Svar på selvevalueringen", ""),
    Purpose.INTERVIEW_LIST_DUE: ("Send oversigt over borgere til interviews", ""),
    Purpose.CITIZEN_INTERVIEWS: ("Hold borgerinterviews", "Hold {} borgerinterviews"),
    Purpose.ORIENTATION_MEETING: ("Hold orienteringsmøde om sagsgennemgangen", ""),
    Purpose.LEARNING_SEMINAR: ("Hold læringsseminar", ""),
    Purpose.STAFF_INTERVIEWS: ("Hold interviews i kommunen", "Hold {} interviews i kommunen"),
    Purpose.FOLLOW_UP_INTERVIEWS: ("Hold opfølgende interviews", "Hold {} opfølgende interviews"),
    Purpose.KICK_OFF: ("Hold opstartsmøde", ""),
    Purpose.THEME_DAY: ("Hold temadag", ""),
    Purpose.REPORT_PRESENTED: ("Forelæg analyserapporten", ""),
    Purpose.CORRECTIONS_DUE: ("Send faktuelle rettelser til rapporten", ""),
    Purpose.POLITICAL_PRESENTATION: ("Hold oplæg for det politiske niveau", ""),
    Purpose.PUBLICATION: ("Offentliggør rapporten", ""),
    Purpose.STAFF_PRESENTATION: ("Hold oplæg for medarbejderne", ""),
    Purpose.DEVELOPMENT_WORKSHOP: ("Hold udviklingsworkshop", ""),
    Purpose.PLAN_INITIAL: ("Udarbejd indledende udviklingsplan", ""),
    Purpose.COOPERATION_AGREEMENT: ("Indgå samarbejdsaftale", ""),
    Purpose.PLAN_FINAL: ("Færdiggør udviklingsplanen", ""),
    Purpose.DEVELOPMENT: ("Gennemfør udviklingsforløbet", ""),
    Purpose.STATUS_MEETING: ("Hold statusmøde", ""),
    Purpose.MIDTERM: ("Hold midtvejsstatus", ""),
    Purpose.FINAL_SELF_EVALUATION: ("Send afsluttende selvevaluering og redegørelse", ""),
    Purpose.STATUS_MEASUREMENT: ("Gennemfør statusmåling", "Gennemfør statusmåling af {} sager"),
    Purpose.STATUS_REPORT: ("Præsentér statusrapporten", ""),
    Purpose.FOLLOW_UP_MEETING: ("Hold opfølgende møde", ""),
}


def verb_of(milestone: Milestone) -> str:
    """The task in words, such as "Indsend 20 sager"; the own subject of a milestone with no known purpose, or with several.

    Reads the milestone's purposes, so prefetch them for a list.
    """
    purposes = [Purpose(row.purpose) for row in milestone.purposes.all()]
    if len(purposes) != 1 or purposes[0] not in WORDS:
        return milestone.subject
    plain, counted = WORDS[purposes[0]]
    return counted.format(milestone.expected_count) if counted and milestone.expected_count else plain

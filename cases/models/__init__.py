from cases.models.case import Case, CaseDocument, DocumentType, MissingDocument
from cases.models.criteria import CriteriaSet, CriteriaVersion, Criterion, CriterionBasis, CriterionIndicator
from cases.models.hand_in import HandIn, HandInLine, ReceiptNote, Supplement, Withdrawal
from cases.models.result import Finding, Release, SeminarPage, Snapshot
from cases.models.review import Answer, CaseConflict, Review, ReviewComment, Submission
from cases.models.round import Round
from cases.models.selection import VisoPick, VisoSelection

__all__ = [
    "Answer",
    "Case",
    "CaseConflict",
    "CaseDocument",
    "CriteriaSet",
    "CriteriaVersion",
    "Criterion",
    "CriterionBasis",
    "CriterionIndicator",
    "DocumentType",
    "Finding",
    "HandIn",
    "HandInLine",
    "MissingDocument",
    "ReceiptNote",
    "Release",
    "Review",
    "ReviewComment",
    "Round",
    "SeminarPage",
    "Snapshot",
    "Submission",
    "Supplement",
    "VisoPick",
    "VisoSelection",
    "Withdrawal",
]

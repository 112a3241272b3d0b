from cases.models.case import Case, CaseDocument, DocumentType, MissingDocument
from cases.models.hand_in import HandIn, HandInLine, ReceiptNote, Supplement, Withdrawal
from cases.models.round import Round

__all__ = [
    "Case",
    "CaseDocument",
    "DocumentType",
    "HandIn",
    "HandInLine",
    "MissingDocument",
    "ReceiptNote",
    "Round",
    "Supplement",
    "Withdrawal",
]

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case as Choose
from django.db.models import Value, When
from django.urls import reverse

from accounts import grants
from accounts.states import Role
from cases.models import reach
from cases.models.round import Round
from cases.states import AgeGroup, CaseState, Custody, Outcome
from documents.models import Document
from documents.states import DocumentState
from engagements.models import ServiceArea
from engagements.states import Area

if TYPE_CHECKING:
    from accounts.models import User


class DocumentType(models.Model):
    """A kind of document that a case holds; which are mandatory is data (cases/catalogue, edited in Django admin)."""

    slug = models.SlugField("kode", unique=True)
    name = models.CharField("navn", max_length=80)
    help_text = models.CharField("forklaring", max_length=200, blank=True)
    area = models.CharField("kun for område", max_length=20, choices=Area, blank=True, help_text="Tom: alle områder.")
    mandatory = models.BooleanField("skal være der", default=False)
    position = models.PositiveSmallIntegerField("rækkefølge", default=0)
    # A type that is no longer used stays with the cases that have it.
    retired = models.BooleanField("udgået", default=False)

    class Meta:
        verbose_name = "akttype"
        verbose_name_plural = "akttyper"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> CaseQuerySet:
        """Those that the policy's rows for "view" give the user: an employee those that they are invited to (cases/access.py)."""
        return self.allowing(user, "view")

    def allowing(self, user: User, action: str) -> CaseQuerySet:
        """Those with which the policy lets the user do `action`."""
        return self.filter(reach.given(user, "case", action, engagement="round__engagement", state="round__state", case="pk"))

    def invited(self, user: User) -> CaseQuerySet:
        """Those that the user sees because somebody invited them to it."""
        return self.visible_to(user).filter(grants.condition(user, Role.EMPLOYEE, Case, "pk"))


class Case(models.Model):
    """Slot number `number` of a round. It has a number and no name: the municipality keeps the key."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="cases", verbose_name="runde")
    number = models.PositiveSmallIntegerField("nummer")
    state = models.CharField("status", max_length=12, choices=CaseState, default=CaseState.DRAFT)
    service_area = models.ForeignKey(
        ServiceArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="ydelsesområde"
    )
    decided_on = models.DateField("afgørelsens dato", null=True, blank=True)
    outcome = models.CharField("udfald", max_length=10, choices=Outcome, blank=True)
    age_group = models.CharField("aldersgruppe", max_length=12, choices=AgeGroup, blank=True)
    description = models.CharField("kort, neutral beskrivelse", max_length=200, blank=True)
    # Flagged CPR numbers: the coordinator confirms once per case, with a reason (decision 17).
    cpr_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="CPR bekræftet af"
    )
    cpr_confirmed_at = models.DateTimeField("CPR bekræftet", null=True, blank=True)
    cpr_reason = models.CharField("begrundelse for CPR-numre", max_length=500, blank=True)
    # Counts every saved change, so that two colleagues do not overwrite each other.
    version = models.PositiveIntegerField("version", default=0)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "sag"
        verbose_name_plural = "sager"
        ordering = ["round", "number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="case_number_unique")]

    def __str__(self) -> str:
        return f"Sag {self.number:02}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.round.engagement_id, self.round.kind, self.number])


class CaseDocumentQuerySet(models.QuerySet["CaseDocument"]):
    def visible_to(self, user: User) -> CaseDocumentQuerySet:
        """Those of which the user sees name, size and status; who reads the bytes is another row (cases/access.py)."""
        return self.allowing(user, "view")

    def allowing(self, user: User, action: str) -> CaseDocumentQuerySet:
        """Those with which the policy lets the user do `action`."""
        return self.annotate_custody().filter(
            reach.given(user, "file", action, engagement="round__engagement", state="custody", case="case_id")
        )

    def annotate_custody(self) -> CaseDocumentQuerySet:
        """Adds `custody`: whether the file is still the municipality's own or was handed in."""
        handed_in = When(handed_in=True, then=Value(Custody.HANDED_IN.value))
        return self.annotate(custody=Choose(handed_in, default=Value(Custody.DRAFT.value)))

    def kept(self) -> CaseDocumentQuerySet:
        """Those that are not erased."""
        return self.exclude(document__state=DocumentState.ERASED)


class CaseDocument(models.Model):
    """A document of a case; without a case it was dropped on the page and waits to be put to one."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="documents", verbose_name="runde")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="sag")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="case_document", verbose_name="dokument")
    document_type = models.ForeignKey(
        DocumentType, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="akttype"
    )
    # Set at the hand-in: from then on the municipality sees name, size, hash and receipt, never the bytes.
    handed_in = models.BooleanField("indsendt", default=False)

    objects = CaseDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "akt"
        verbose_name_plural = "akter"
        ordering = ["case", "document_type__position", "document__uploaded_at", "pk"]

    def __str__(self) -> str:
        return str(self.document)

    @property
    def custody_now(self) -> Custody:
        """Whether it is still the municipality's own or was handed in: the state that the policy asks about a file."""
        return Custody.HANDED_IN if self.handed_in else Custody.DRAFT


class MissingDocument(models.Model):
    """Why a mandatory type of document is not in a case (domain rule 22)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="missing", verbose_name="sag")
    document_type = models.ForeignKey(DocumentType, on_delete=models.PROTECT, related_name="+", verbose_name="akttype")
    reason = models.CharField("begrundelse", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="skrevet af")
    at = models.DateTimeField("skrevet", auto_now=True)

    class Meta:
        verbose_name = "manglende akt"
        verbose_name_plural = "manglende akter"
        ordering = ["case", "document_type__position"]
        constraints = [models.UniqueConstraint(fields=["case", "document_type"], name="missing_document_unique")]

    def __str__(self) -> str:
        return str(self.document_type)

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from cases import scales
from cases.models import review_reach
from cases.models.case import Case, CaseDocument
from cases.models.criteria import CriteriaVersion, Criterion
from cases.states import Overall, Profession, Rating, ReviewState

if TYPE_CHECKING:
    from accounts.models import User


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> ReviewQuerySet:
        """Those whose texts the user sees: the policy's rows for "view" of the two kinds of reviews (cases/review_access.py)."""
        return self.allowing(user, "view")

    def allowing(self, user: User, action: str) -> ReviewQuerySet:
        """Those with which the policy lets the user do `action`."""
        return self.annotate_sight().filter(review_reach.given(user, action))

    def assurable_by(self, user: User) -> ReviewQuerySet:
        """Those that the user may assure now: never one that they wrote in, also when somebody else has taken it over (domain rule 25)."""
        own = Exists(Answer.objects.filter(review=OuterRef("pk"), changed_by=user))
        sent = Exists(Submission.objects.filter(review=OuterRef("pk"), by=user))
        return self.allowing(user, "assure").exclude(reviewer=user).filter(~own, ~sent)

    def annotate_sight(self) -> ReviewQuerySet:
        """Adds `sight`: the review's state, or SHARED when the other profession is done with the case too."""
        return self.annotate(sight=review_reach.sight())

    def standing(self) -> ReviewQuerySet:
        """Those that count: not of a case that was taken back, nor of one that is no longer VISO's."""
        return self.filter(ended_at__isnull=True)


class Review(models.Model):
    """One profession's look at a case. It is there from the day somebody is given the case; the row is the assignment."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews", verbose_name="sag")
    profession = models.CharField("faglighed", max_length=10, choices=Profession)
    criteria = models.ForeignKey(CriteriaVersion, on_delete=models.PROTECT, related_name="reviews", verbose_name="kriterier")
    # Empty when the one who had it is inhabil and nobody has taken over yet.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews", verbose_name="gennemgås af"
    )
    second_reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="second_reviews",
        verbose_name="anden læser",
    )
    state = models.CharField("status", max_length=10, choices=ReviewState, default=ReviewState.DRAFT)
    overall = models.CharField("samlet vurdering", max_length=12, choices=Overall, blank=True)
    overall_reason = models.TextField("begrundelse for samlet vurdering", blank=True)
    internal_note = models.TextField("internt notat", blank=True)
    changed_at = models.DateTimeField("sidst skrevet i", null=True, blank=True)
    submitted_at = models.DateTimeField("indsendt", null=True, blank=True)
    done_at = models.DateTimeField("færdig", null=True, blank=True)
    assured_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kvalitetssikret af"
    )
    # The old review is kept when VISO's choice changes or a case is taken back, and counts no more.
    ended_at = models.DateTimeField("holdt op", null=True, blank=True)
    ended_reason = models.CharField("hvorfor", max_length=500, blank=True)
    created_at = models.DateTimeField("fordelt", auto_now_add=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "gennemgang"
        verbose_name_plural = "gennemgange"
        ordering = ["case__round", "case__number", "profession"]
        constraints = [
            models.UniqueConstraint(fields=["case", "profession"], condition=Q(ended_at__isnull=True), name="review_one_standing"),
            # Nobody assures their own review (domain rule 25).
            models.CheckConstraint(condition=Q(assured_by__isnull=True) | ~Q(assured_by=F("reviewer")), name="review_assured_by_another"),
            models.CheckConstraint(
                condition=Q(second_reader__isnull=True) | Q(reviewer__isnull=True) | ~Q(second_reader=F("reviewer")),
                name="review_second_reader_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}: {self.get_profession_display().lower()}"

    @property
    def is_legal(self) -> bool:
        return self.profession == Profession.LEGAL

    @property
    def is_begun(self) -> bool:
        return self.changed_at is not None

    def writers(self) -> set[int]:
        """The ids of all who wrote in it, also of those who had it before: none of them assures it."""
        wrote = self.answers.exclude(changed_by=None).values_list("changed_by_id", flat=True)
        sent = self.submissions.values_list("by_id", flat=True)
        return {*wrote, *sent} | ({self.reviewer_id} if self.reviewer_id else set())


class Answer(models.Model):
    """What the reviewer found under one criterion. `reason` is meant for others to read; `internal_note` never leaves the reviewers."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers", verbose_name="gennemgang")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="answers", verbose_name="kriterium")
    rating = models.CharField("vurdering", max_length=20, choices=Rating, blank=True)
    # For VISO the reason is what can be developed.
    reason = models.TextField("begrundelse", blank=True)
    strength = models.TextField("styrke", blank=True)
    material = models.BooleanField("væsentlig betydning for afgørelsen", default=False)
    document = models.ForeignKey(CaseDocument, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="akt")
    page = models.PositiveIntegerField("side", null=True, blank=True)
    good_example = models.BooleanField("godt eksempel", default=False)
    learning_point = models.TextField("læringspunkt", blank=True)
    internal_note = models.TextField("internt notat", blank=True)
    indicators = ArrayField(models.SlugField(max_length=40), verbose_name="indikatorer, der ses i sagen", default=list, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="skrevet af"
    )
    changed_at = models.DateTimeField("skrevet", null=True, blank=True)

    class Meta:
        verbose_name = "svar"
        verbose_name_plural = "svar"
        ordering = ["review", "criterion__position"]
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="answer_unique")]

    def __str__(self) -> str:
        return f"{self.review}, {self.criterion}"

    @property
    def is_material(self) -> bool:
        return scales.is_material(self.rating, marked=self.material)

    @property
    def lacks_reason(self) -> bool:
        return scales.needs_reason(self.rating) and not self.reason.strip()


class Submission(models.Model):
    """A review as it was sent to assurance, so that the assurer sees what was changed since the last time."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="submissions", verbose_name="gennemgang")
    number = models.PositiveSmallIntegerField("nummer")
    at = models.DateTimeField("indsendt", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="indsendt af")
    content = models.JSONField("indhold", default=dict)

    class Meta:
        verbose_name = "indsendt gennemgang"
        verbose_name_plural = "indsendte gennemgange"
        ordering = ["review", "number"]
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="submission_unique")]

    def __str__(self) -> str:
        return f"{self.review}, {self.number}. gang"


class ReviewComment(models.Model):
    """What the assurer and the author write to each other about a review, or about one criterion of it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="comments", verbose_name="gennemgang")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="kriterium")
    text = models.TextField("kommentar")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="skrevet af")
    at = models.DateTimeField("skrevet", auto_now_add=True)

    class Meta:
        verbose_name = "kommentar til gennemgang"
        verbose_name_plural = "kommentarer til gennemgange"
        ordering = ["review", "at"]

    def __str__(self) -> str:
        return f"{self.review}, kommentar"


class CaseConflict(models.Model):
    """Somebody of the team is inhabil in one case: they see nothing of it (domain rule 26)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="conflicts", verbose_name="sag")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="case_conflicts", verbose_name="person")
    reason = models.CharField("begrundelse", max_length=500, blank=True)
    at = models.DateTimeField("meldt", auto_now_add=True)

    class Meta:
        verbose_name = "inhabilitet i en sag"
        verbose_name_plural = "inhabiliteter i sager"
        ordering = ["case", "at"]
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_conflict_unique")]

    def __str__(self) -> str:
        return f"{self.user}, inhabil i {self.case}"

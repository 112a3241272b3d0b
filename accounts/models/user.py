from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.states import Role

if TYPE_CHECKING:
    from accounts.models.membership import Membership


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> UserQuerySet:
        """Administrators see everybody, a leader the people who have or had a role in the own municipality.

        Nobody sees the people of a municipality that they are *inhabil* towards, except themselves (accounts/people_access.py).
        """
        people = self
        if Role.ADMIN not in user.roles():
            people = people.filter(pk__in=_people_of(user.organisation_ids(Role.LEADER)))
        if user.conflicting_ids():
            people = people.filter(~models.Q(pk__in=_people_of(user.conflicting_ids())) | models.Q(pk=user.pk))
        return people

    def with_rights(self) -> UserQuerySet:
        """Reads the roles and conflicts of all of them in two queries, for whoever asks the policy about many people."""
        roles = apps.get_model("accounts", "Membership").objects.valid().select_related("organisation")
        conflicts = apps.get_model("accounts", "Conflict").objects.standing()
        return self.prefetch_related(
            models.Prefetch("memberships", roles, to_attr="_valid_memberships"),
            models.Prefetch("conflicts", conflicts, to_attr="_standing_conflicts"),
        )

    def with_role(self, *roles: str, on: date | None = None) -> UserQuerySet:
        """People who hold one of `roles` on the day `on` (today)."""
        day = on or timezone.localdate()
        held = models.Q(memberships__role__in=roles, memberships__valid_from__lte=day) & (
            models.Q(memberships__valid_to__isnull=True) | models.Q(memberships__valid_to__gte=day)
        )
        return self.filter(held).distinct()


def _people_of(organisation_ids: set[int]) -> models.QuerySet[Membership, int]:
    memberships = apps.get_model("accounts", "Membership").objects
    return memberships.filter(organisation__in=organisation_ids).values_list("user_id", flat=True)  # type: ignore[no-any-return]


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who logs in with `email` (stored as written, unique whatever the case); no password means an unusable one."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get_queryset().get(email__iexact=username)

    def active(self) -> UserQuerySet:
        return self.get_queryset().active()

    def visible_to(self, user: User) -> UserQuerySet:
        return self.get_queryset().visible_to(user)

    def with_role(self, *roles: str, on: date | None = None) -> UserQuerySet:
        return self.get_queryset().with_role(*roles, on=on)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("e-mail", max_length=254, unique=True)
    full_name = models.CharField("navn", max_length=150)
    phone = models.CharField("telefon", max_length=30, blank=True)
    is_active = models.BooleanField("aktiv", default=True, help_text="Fjern fluebenet i stedet for at slette personen.")
    is_demo = models.BooleanField("demo-person", default=False, help_text="Oprettet af demoen; kan kun logge ind i demo-tilstand.")
    date_joined = models.DateTimeField("oprettet", default=timezone.now, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "personer"
        ordering = ["full_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique", violation_error_message="E-mailen er i brug.")]

    def __str__(self) -> str:
        return self.full_name

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    def get_short_name(self) -> str:
        return self.full_name.split(" ")[0]

    def valid_memberships(self) -> list[Membership]:
        """The memberships that count today; read once per request, because a user object lives one request."""
        if not hasattr(self, "_valid_memberships"):
            self._valid_memberships = list(self.memberships.valid().select_related("organisation"))
        return self._valid_memberships if self.is_active else []

    def roles(self) -> set[str]:
        return {membership.role for membership in self.valid_memberships()}

    def organisation_ids(self, *roles: str) -> set[int]:
        """Organisations in which the person holds one of `roles` today."""
        return {membership.organisation_id for membership in self.valid_memberships() if membership.role in roles}

    def conflicting_ids(self) -> set[int]:
        """Municipalities that the person is *inhabil* towards; read once per request."""
        if not hasattr(self, "_conflicting_ids"):
            standing = self._standing_conflicts if hasattr(self, "_standing_conflicts") else self.conflicts.standing()
            self._conflicting_ids = {conflict.organisation_id for conflict in standing}
        return self._conflicting_ids

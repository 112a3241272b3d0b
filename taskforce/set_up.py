"""Django admin as the set-up of the product: for administrators by role, about a few models, with nothing of an engagement in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.backends import BaseBackend
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from accounts.access import why_not
from accounts.models import Membership, User
from accounts.refusal import Denied
from accounts.states import Relation, Role
from taskforce.access import SETUP

# All that is set up. What a library brings along for Django admin (groups, e-mail addresses, second factors) is not shown.
NAMES = {
    "accounts": ("organisation", "organisationregion"),
    "cases": ("documenttype", "criteriaset", "criteriaversion", "criterion", "criterionbasis", "criterionindicator"),
    "engagements": (
        "programme", "programmeversion", "programmephase", "theme", "servicearea", "legalbasis", "plantemplate", "milestonetemplate",
    ),
    "taskforce": ("informationpage",),
}  # fmt: skip
MODELS = frozenset(f"{app}.{name}" for app, names in NAMES.items() for name in names)
RIGHTS = frozenset(f"{app}.{verb}_{name}" for app, names in NAMES.items() for name in names for verb in ("view", "add", "change", "delete"))


def may_set_up(user: Any) -> bool:
    """Whoever holds the role today; a superuser, made on the server, only until the first administrator is there."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return not why_not(user, SETUP, relations={Relation.NONE}) or (user.is_superuser and not _has_administrator())


def _has_administrator() -> bool:
    return Membership.objects.valid().filter(role=Role.ADMIN, user__is_active=True).exists()


class SetUpBackend(BaseBackend):
    """Turns the role into Django's permissions on the models of the set-up; nobody logs in with it."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        return perm in RIGHTS and may_set_up(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return app_label in NAMES and may_set_up(user_obj)


class SetUpSite(admin.AdminSite):
    site_header = "Task Force – opsætning"
    site_title = "Task Force"
    index_title = "Opsætning"
    site_url = "/"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only what is in MODELS."""
        asked: Iterable[type[Model]] = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        super().register([model for model in asked if model._meta.label_lower in MODELS], admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return may_set_up(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Whoever is logged in without the right reads why, as everywhere else (Django would send them to a log-in)."""
        inner: Callable[..., Any] = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Denied(SETUP.not_yours)
            return inner(request, *args, **kwargs)

        return checked

    # Django admin's own pages for these would pass by the second factor and the history.

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect(settings.LOGIN_URL)

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        logout(request)
        return redirect(settings.LOGOUT_REDIRECT_URL)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

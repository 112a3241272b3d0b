from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from accounts.set_up_history import RecordedAdmin
from taskforce.models import InformationPage


@admin.register(InformationPage)
class InformationPageAdmin(RecordedAdmin):
    list_display = ("title", "slug", "updated_at")
    readonly_fields = ("slug",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: InformationPage | None = None) -> bool:
        return False

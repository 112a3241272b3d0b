from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from taskforce.models import InformationPage

admin.site.site_header = "Task Force – opsætning"
admin.site.site_title = "Task Force"
admin.site.index_title = "Opsætning"
admin.site.site_url = "/"


@admin.register(InformationPage)
class InformationPageAdmin(admin.ModelAdmin):
    list_display = ("title", "slug", "updated_at")
    readonly_fields = ("slug",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: InformationPage | None = None) -> bool:
        return False

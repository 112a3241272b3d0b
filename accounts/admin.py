"""Set-up of organisations. People and their roles have pages of their own (Brugere og roller)."""

from __future__ import annotations

from django.contrib import admin

from accounts.models import Organisation, OrganisationRegion
from accounts.set_up_history import RecordedAdmin


class RegionInline(admin.TabularInline):
    model = OrganisationRegion
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(RecordedAdmin):
    list_display = ("display_name", "kind", "code")
    list_filter = ("kind", "regions__region")
    search_fields = ("name", "display_name", "code")
    inlines = (RegionInline,)

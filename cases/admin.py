"""Set-up of the kinds of documents. Cases themselves are run in the product, not here."""

from __future__ import annotations

from django.contrib import admin

from accounts.set_up_history import RecordedAdmin
from cases.models import DocumentType


@admin.register(DocumentType)
class DocumentTypeAdmin(RecordedAdmin):
    list_display = ("name", "area", "mandatory", "retired", "position")
    list_filter = ("area", "mandatory", "retired")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

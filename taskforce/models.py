from __future__ import annotations

from django.db import models


class InformationPage(models.Model):
    """A footer page whose text an administrator writes."""

    class Slug(models.TextChoices):
        SUPPORT = "support", "Support"
        ACCESSIBILITY = "tilgaengelighed", "Tilgængelighed"
        PRIVACY = "privatliv", "Privatliv"

    slug = models.CharField("side", max_length=20, choices=Slug, primary_key=True)
    title = models.CharField("overskrift", max_length=120)
    body = models.TextField("tekst", help_text="Tom linje giver nyt afsnit. En linje, der begynder med ##, er en mellemrubrik.")
    updated_at = models.DateTimeField("ændret", auto_now=True)

    class Meta:
        verbose_name = "side i sidefoden"
        verbose_name_plural = "sider i sidefoden"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    def blocks(self) -> list[tuple[str, str]]:
        """The text as (kind, text) with kind heading or paragraph."""
        parts = [part.strip() for part in self.body.replace("\r\n", "\n").split("\n\n")]
        return [("heading", part[2:].strip()) if part.startswith("##") else ("paragraph", part) for part in parts if part]

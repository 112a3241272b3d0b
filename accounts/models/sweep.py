from __future__ import annotations

from django.db import models


class SweepRun(models.Model):
    """When each sweep of the clock last ran: a sweep that has fallen silent raises an alarm in /readyz."""

    name = models.CharField("navn", max_length=80, primary_key=True)
    at = models.DateTimeField("senest kørt")

    class Meta:
        verbose_name = "kørsel"
        verbose_name_plural = "kørsler"

    def __str__(self) -> str:
        return self.name

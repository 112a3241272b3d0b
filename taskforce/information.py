"""First texts of the footer pages; an administrator writes the real ones. Called by a migration and by the tests' fixture."""

from __future__ import annotations

from django.apps.registry import Apps

SUPPORT = """Skriv eller ring, hvis noget ikke virker, eller hvis du er i tvivl om, hvordan du gør.

Skriv aldrig personoplysninger om borgere i en mail til support."""
ACCESSIBILITY = """Løsningen er bygget til at følge WCAG 2.2 på niveau AA, så alle kan bruge den med tastatur, skærmlæser og forstørrelse.

## Giv os besked

Finder du noget, der ikke er tilgængeligt, så skriv til support. Vi svarer hurtigst muligt.

## Tilgængelighedserklæring

Erklæringen udfyldes af den myndighed, der driver løsningen."""
PRIVACY = """Løsningen bruger kun de cookies, der skal til for at holde dig logget ind og beskytte formularerne.
Der er ingen statistik og ingen tredjeparter.

## Dine oplysninger

Vi gemmer dit navn, din e-mail, din rolle og en historik over, hvad du har ændret.

## Dataansvar

Teksten om dataansvar og retsgrundlag udfyldes af den myndighed, der driver løsningen."""
TEXTS = {
    "support": ("Support", SUPPORT),
    "tilgaengelighed": ("Tilgængelighed", ACCESSIBILITY),
    "privatliv": ("Privatliv", PRIVACY),
}


def load(apps: Apps) -> None:
    """Add the pages that are missing; texts that somebody has written stay."""
    pages = apps.get_model("taskforce", "InformationPage").objects
    for slug, (title, body) in TEXTS.items():
        pages.get_or_create(slug=slug, defaults={"title": title, "body": body})

"""The record of processing activities (databeskyttelsesforordningens artikel 30, stk. 1) as a page in Danish, from the field register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from accounts.danish import count
from taskforce.retention import DataClass, Method, Record, Rule

CLASSES = {
    DataClass.NONE: "Ikke personoplysninger",
    DataClass.INTERNAL: "Oplysninger om arbejdet, ikke om personer",
    DataClass.PERSONAL: "Almindelige personoplysninger om dem, der bruger systemet",
    DataClass.TEXT: "Fritekst, hvor en person kan være omtalt",
    DataClass.SPECIAL: "Følsomme oplysninger og oplysninger om strafbare forhold (artikel 9 og 10)",
}
METHODS = {
    Method.KEEP: "Slettes ikke",
    Method.DELETE: "Rækken slettes",
    Method.BLANK: "Feltet tømmes",
    Method.ANONYMISE: "Personen erstattes af »Tidligere medarbejder« og et nummer",
}
UNITS = {"hours": ("time", "timer"), "days": ("dag", "dage"), "months": ("måned", "måneder"), "years": ("år", "år")}
HEAD = """\
# Fortegnelse over behandlingsaktiviteter

Udskrevet af `manage.py processing_record` fra `taskforce/retention.toml`, hvor hvert eneste felt i databasen har en regel.
"""


def as_markdown(record: Record, rules: Sequence[Rule], fields: Mapping[str, Rule], names: Mapping[str, tuple[str, str]]) -> str:
    """The whole record. `fields` is "app.Model.field" → its rule, `names` the same key → (the model, the field) in words."""
    personal = [rule for rule in rules if rule.is_personal]
    others = [rule for rule in rules if not rule.is_personal]
    parts = [HEAD, _system(record)]
    for number, rule in enumerate(personal, 1):
        parts.append(f"## {number}. {rule.title}\n\n{_facts(rule)}\n{_fields(rule, fields, names)}")
    if others:
        parts.append("## Oplysninger, der ikke er om personer\n\nMed her, så man kan se, at intet felt er glemt.\n")
    parts += [f"### {rule.title}\n\n{_facts(rule)}\n{_fields(rule, fields, names)}" for rule in others]
    parts.append("## Sikkerhed\n\nDe tekniske og organisatoriske foranstaltninger (artikel 32, stk. 1):\n")
    parts.append("".join(f"- {measure}\n" for measure in record.security))
    return "\n".join(parts)


def time_in_words(keep: str) -> str:
    """As the register writes it ("6 months") → as people read it ("6 måneder")."""
    number, unit = keep.split()
    return count(int(number), *UNITS[unit])


def _system(record: Record) -> str:
    rows = [
        ("Systemet", record.system),
        ("Dataansvarlig", record.controller),
        ("Fælles dataansvar", record.joint_controllers),
        ("Databeskyttelsesrådgiver", record.data_protection_officer),
        ("Databehandlere", record.processors),
        ("Overførsel til tredjelande", record.transfers),
    ]
    return _table(rows)


def _facts(rule: Rule) -> str:
    rows = [
        ("Formål", rule.purpose),
        ("Kategorier af registrerede", rule.persons),
        ("Kategorier af oplysninger", CLASSES[rule.data_class] + "."),
        ("Grundlag", rule.basis),
        ("Kategorier af modtagere", rule.recipients),
        ("Slettefrist", _deadline(rule)),
    ]
    return _table([(what, text) for what, text in rows if text])


def _deadline(rule: Rule) -> str:
    method = f"{METHODS[rule.method]}."
    return f"{method} Frist: {time_in_words(rule.keep)}, regnet fra: {rule.counted_from}." if rule.counted_from else method


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "| | |\n|---|---|\n" + "".join(f"| **{what}** | {text} |\n" for what, text in rows)


def _fields(rule: Rule, fields: Mapping[str, Rule], names: Mapping[str, tuple[str, str]]) -> str:
    """The fields under the rule, by model: in words, and as the database calls them."""
    models: dict[str, list[str]] = {}
    for key, found in fields.items():
        if found.name == rule.name:
            model, _, field = key.rpartition(".")
            models.setdefault(f"{names[key][0]} (`{model}`)", []).append(f"{names[key][1]} (`{field}`)")
    return "".join(f"- {model}: {', '.join(own)}\n" for model, own in models.items())

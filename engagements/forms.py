"""Input of people to clean values. Labels and help in Danish; all markup lies in templates/dkfds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.base_form import BaseForm
from accounts.models import Conflict, Organisation, User
from accounts.states import TEAM_ROLES, Role
from engagements.actions.milestones import EDITABLE
from engagements.expressions import write
from engagements.fields import DayField, PeriodField, expect_year
from engagements.models import Engagement, Milestone, PlanTemplate, Programme, ProgrammeVersion, TeamMember
from engagements.plan import lists, pairs
from engagements.states import Area, DocumentKind, EngagementState, Kind, MilestoneState, Mode, Party, Phase, Precision, Purpose

PHASES = [choice for choice in Phase.choices if choice[0] != Phase.APPLICATION]
KNOWN_PARTIES = [choice for choice in Party.choices if choice[0] != Party.UNKNOWN]
ANY = [("", "Alle")]
LONGEST_REASON = 500


class PortfolioFilter(BaseForm):
    """All in the URL, so that a link can be copied. Offers only consultants of engagements that the person sees."""

    unguarded = frozenset({"search"})

    search = forms.CharField(label="Kommune", required=False, max_length=60)
    phase = forms.ChoiceField(label="Fase", required=False, choices=ANY + PHASES)
    programme = forms.ModelChoiceField(label="Program", required=False, queryset=Programme.objects.all(), empty_label="Alle")
    consultant = forms.ModelChoiceField(label="Konsulent", required=False, queryset=User.objects.none(), empty_label="Alle")
    waiting_for = forms.ChoiceField(label="Venter på", required=False, choices=[])
    state = forms.ChoiceField(
        label="Status", required=False, choices=[("", "I gang og planlagt"), ("all", "Alle"), *EngagementState.choices]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = TeamMember.objects.filter(role=Role.CONSULTANT, engagement__in=Engagement.objects.visible_to(user))
        self.fields["consultant"].queryset = User.objects.active().filter(pk__in=seen.values("user"))  # type: ignore[attr-defined]
        self.fields["waiting_for"].choices = ANY + KNOWN_PARTIES  # type: ignore[attr-defined]


class OpenEngagementForm(BaseForm):
    municipality = forms.ModelChoiceField(label="Kommune", queryset=Organisation.objects.municipalities(), empty_label="Vælg kommune")
    programme = forms.ModelChoiceField(label="Program", queryset=Programme.objects.all(), empty_label="Vælg program")
    area = forms.ChoiceField(
        label="Område",
        required=False,
        choices=[("", "Følger programmet"), *Area.choices],
        help_text="Vælges kun, når programmet dækker flere.",
    )
    template = forms.ModelChoiceField(
        label="Skabelon for tidsplanen",
        required=False,
        queryset=PlanTemplate.objects.select_related("version__programme").order_by("version__programme__position", "-is_default", "name"),
        empty_label="Programmets standardplan",
    )
    starts_on = DayField(label="Startdato", help_text="Dagen, hvor indkaldelsesbrevet sendes, fx 01.02.2027.")
    consultant = forms.ModelChoiceField(label="Projektleder", queryset=User.objects.none(), empty_label="Vælg konsulent")
    legal_reviewer = forms.ModelChoiceField(label="Jurist", required=False, queryset=User.objects.none(), empty_label="Vælges senere")
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    viso_consultant = forms.ModelChoiceField(
        label="VISO-konsulent", required=False, queryset=User.objects.none(), empty_label="Vælges senere"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for role in TEAM_ROLES:
            self.fields[role.value].queryset = User.objects.active().with_role(role)  # type: ignore[attr-defined]
        self.fields["template"].label_from_instance = lambda template: f"{template.version.programme.short_name}: {template.name}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._clean_team(values)
        programme = values.get("programme")
        if programme is None:
            return values
        values["version"] = ProgrammeVersion.objects.filter(programme=programme, valid_from__lte=timezone.localdate()).first()
        if values["version"] is None:
            self.add_error("programme", "Programmet har ingen gældende version. Skriv til en administrator.")
        self._clean_area(values, programme)
        self._clean_template(values)
        return values

    def _clean_team(self, values: dict[str, Any]) -> None:
        """Nobody who is inhabil towards the municipality is put on its team."""
        municipality = values.get("municipality")
        if municipality is None:
            return
        out = set(disqualified(municipality))
        for role in TEAM_ROLES:
            person = values.get(role.value)
            if person and person.pk in out:
                self.add_error(role.value, f"{person.full_name} er inhabil i forhold til {municipality.display_name}. Vælg en anden.")

    def _clean_area(self, values: dict[str, Any], programme: Programme) -> None:
        area = values.get("area")
        if not area and len(programme.areas) > 1:
            self.add_error("area", f"Vælg område. {programme.name} dækker flere.")
        elif area and area not in programme.areas:
            self.add_error("area", f"{programme.name} dækker ikke {Area(area).label.lower()}. Vælg et andet område eller program.")
        values["area"] = Area(area or programme.areas[0])

    def _clean_template(self, values: dict[str, Any]) -> None:
        template, version = values.get("template"), values["version"]
        if template is None and version is not None:
            values["template"] = version.plan_templates.filter(is_default=True).first()
        elif template is not None and template.version != version:
            self.add_error("template", "Skabelonen hører til et andet program. Vælg en, der begynder med programmets navn.")

    def team(self) -> list[tuple[User, Role]]:
        """The chosen people with their roles, the lead first."""
        return [(self.cleaned_data[role.value], role) for role in TEAM_ROLES if self.cleaned_data.get(role.value)]


class MilestoneForm(BaseForm):
    """What a milestone says. Its date is a field only when it is new; later it is moved."""

    subject = forms.CharField(label="Emne", max_length=300)
    dates = PeriodField(label="Dato")
    phase = forms.ChoiceField(label="Fase", choices=[])
    kind = forms.ChoiceField(label="Type", choices=Kind)
    party = forms.ChoiceField(label="Hvem skal gøre det", choices=Party)
    counterpart = forms.ChoiceField(label="Modpart", required=False, choices=[("", "Ingen"), *KNOWN_PARTIES])
    purpose = forms.ChoiceField(
        label="Formål",
        choices=Purpose,
        initial=Purpose.OTHER,
        help_text="Siger systemet, hvilken milepæl det er. Brug »Andet«, hvis ingen passer.",
    )
    mode = forms.ChoiceField(label="Datoen", choices=Mode, initial=Mode.FIXED)
    anchor = forms.ModelChoiceField(
        label="Følger",
        required=False,
        queryset=Milestone.objects.none(),
        empty_label="Forløbets start",
        help_text="Når den anden dato flyttes, foreslår systemet at flytte denne lige så meget. Gælder ikke en fast dato.",
    )
    optional = forms.BooleanField(label="Eventuel – regnes aldrig som overskredet", required=False)
    place = forms.CharField(label="Sted", required=False, max_length=120)
    expected_count = forms.IntegerField(label="Antal", required=False, min_value=1, max_value=999, help_text="Fx antal interviews.")
    note = forms.CharField(label="Bemærkning", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, engagement: Engagement, milestone: Milestone | None = None, **kwargs: Any) -> None:
        if milestone is not None:
            kwargs["initial"] = {name: getattr(milestone, name) for name in (*EDITABLE, "mode", "anchor")} | {
                "purpose": _purpose(milestone)
            }
        super().__init__(*args, **kwargs)
        phases = engagement.programme_version.phase_list()
        own = [Phase(milestone.phase)] if milestone and milestone.phase not in phases else []
        self.fields["phase"].choices = [(phase.value, phase.label) for phase in [*phases, *own]]  # type: ignore[attr-defined]
        expect_year(self, "dates", timezone.localdate().year)
        self.fields["anchor"].queryset = _anchors(engagement, milestone)  # type: ignore[attr-defined]
        if milestone is not None:
            del self.fields["dates"]

    def values(self) -> dict[str, Any]:
        """The milestone's fields, dates included when they were asked for."""
        found = {name: self.cleaned_data[name] for name in (*EDITABLE, "mode", "anchor")}
        if found["mode"] == Mode.FIXED:
            found["anchor"] = None
        if "dates" in self.cleaned_data:
            dates = self.cleaned_data["dates"]
            found |= {"occurrences": lists(dates.occurrences), "precision": dates.precision, "source_text": dates.source_text}
        return found


def disqualified(municipality: Organisation) -> list[int]:
    """The people who are inhabil towards a municipality today."""
    return list(Conflict.objects.standing().filter(organisation=municipality).values_list("user_id", flat=True))


def _anchors(engagement: Engagement, milestone: Milestone | None) -> QuerySet[Milestone]:
    """What a milestone may follow: the others that count, and the one that it follows already, even when that was dropped."""
    others = engagement.milestones.chronological()
    if milestone is None:
        return others.standing()
    return others.exclude(pk=milestone.pk).exclude(Q(state=MilestoneState.DROPPED) & ~Q(pk=milestone.anchor_id))


def _purpose(milestone: Milestone) -> str:
    first = milestone.purposes.first()
    return first.purpose if first else Purpose.OTHER


class MoveForm(BaseForm):
    dates = PeriodField(label="Ny dato")

    def __init__(self, *args: Any, milestone: Milestone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        expect_year(self, "dates", milestone.starts_on.year if milestone.starts_on else timezone.localdate().year)
        self.fields["dates"].initial = write(pairs(milestone.occurrences), Precision(milestone.precision)) if milestone.occurrences else ""


class AcceptMoveForm(BaseForm):
    """The accepted preview: which dates, seen on which plan, with or without the followers."""

    dates = forms.CharField(widget=forms.HiddenInput)
    plan_number = forms.IntegerField(widget=forms.HiddenInput)
    postponement = forms.IntegerField(widget=forms.HiddenInput, required=False, initial="")  # the wish that the move answers
    followers = forms.ChoiceField(
        label="Hvad skal flyttes?", choices=[("all", "Flyt også det, der følger med"), ("only", "Flyt kun denne; lad resten stå")],
        widget=forms.RadioSelect, initial="all",
    )  # fmt: skip
    reason = forms.CharField(
        label="Begrundelse", required=False, max_length=LONGEST_REASON, help_text="Vises i historikken for begge parter."
    )


class ReasonForm(BaseForm):
    reason = forms.CharField(label="Begrundelse", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str = "", optional: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or self.fields["reason"].label
        self.fields["reason"].required = not optional


class MeetForm(BaseForm):
    on = DayField(label="Opfyldt den")
    reason = forms.CharField(label="Hvordan er den opfyldt?", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        expect_year(self, "on", today.year)
        self.fields["on"].initial = f"{today:%d.%m.%Y}"


class PauseForm(BaseForm):
    until = DayField(label="Til og med")
    note = forms.CharField(label="Hvad er aftalt?", max_length=300, initial="Aftalt pr. telefon", help_text="Ses af teamet og kommunen.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        expect_year(self, "until", timezone.localdate().year)


class TeamForm(BaseForm):
    member = forms.ChoiceField(label="Person og rolle", choices=[])

    def __init__(self, *args: Any, engagement: Engagement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = {(member.user_id, member.role) for member in engagement.team()}
        groups = []
        for role in TEAM_ROLES:
            people = User.objects.active().with_role(role).exclude(pk__in=disqualified(engagement.municipality))
            groups.append((role.label, [(f"{role}:{user.pk}", user.full_name) for user in people if (user.pk, role) not in taken]))
        self.fields["member"].choices = [("", "Vælg person"), *(group for group in groups if group[1])]  # type: ignore[attr-defined]

    def person(self) -> tuple[User, Role]:
        role, pk = self.cleaned_data["member"].split(":")
        return User.objects.active().get(pk=pk), Role(role)


class DelegateForm(BaseForm):
    """Offers those on the person's own side who can have the task."""

    to = forms.ChoiceField(label="Kollega", choices=[])

    def __init__(self, *args: Any, people: list[User], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        names = [(key, f"{user.full_name} (dig selv)" if user == by else user.full_name) for key, user in self.people.items()]
        self.fields["to"].choices = [("", "Vælg en kollega"), *names]  # type: ignore[attr-defined]

    def person(self) -> User:
        """Who was chosen."""
        return self.people[self.cleaned_data["to"]]


class StateForm(BaseForm):
    to = forms.ChoiceField(label="Ny status", choices=[], widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Begrundelse",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Vises i forløbets historik.",
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = choices  # type: ignore[attr-defined]


class PasteForm(BaseForm):
    text = forms.CharField(
        label="Tidsplanen",
        max_length=1_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "data-paste-table": "true"}),
        help_text="Markér tabellen i Word, Excel eller på en webside, kopiér den, og indsæt den her. Du ser hver række, før noget gemmes.",
    )
    year = forms.IntegerField(
        label="Årstal",
        required=False,
        min_value=2000,
        max_value=2100,
        help_text="Udfyld kun, hvis tidsplanen selv mangler det. Ellers finder vi det.",
    )


class ImportRowForm(BaseForm):
    """One row of the pasted timetable, as it will be imported."""

    include = forms.BooleanField(label="Medtag", required=False, initial=True)
    subject = forms.CharField(label="Emne", max_length=300)
    dates = PeriodField(label="Dato", required=False, help_text="")
    phase = forms.ChoiceField(label="Fase", choices=PHASES)
    party = forms.ChoiceField(label="Hvem", choices=Party)
    kind = forms.ChoiceField(label="Type", choices=Kind)
    purpose = forms.ChoiceField(label="Formål", choices=Purpose)
    optional = forms.BooleanField(label="Eventuel", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("include"):  # a row that is left out needs no mending
            self.errors.clear()
        return values


class ImportForm(BaseForm):
    """How the checked rows go in."""

    how = forms.ChoiceField(
        label="Hvordan skal tidsplanen indlæses?", choices=[
            ("replace", "Erstat: rækker med samme formål opdateres, andre åbne milepæle bortfalder"),
            ("add", "Tilføj: alle rækker kommer til som nye milepæle"),
        ], widget=forms.RadioSelect, initial="replace",
    )  # fmt: skip
    past_is_met = forms.BooleanField(label="Markér milepæle, der ligger før i dag, som opfyldt", required=False)
    plan_number = forms.IntegerField(widget=forms.HiddenInput)
    read_at = forms.CharField(widget=forms.HiddenInput)


class DocumentKindForm(BaseForm):
    kind = forms.ChoiceField(label="Hvad er det?", choices=DocumentKind.choices, widget=forms.RadioSelect)

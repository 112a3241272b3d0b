"""*Drift*: how the product is, line by line, in words: what it is, since when, and what to do when it is not well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import structlog
from django.conf import settings
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone

from accounts.danish import count
from accounts.models import Job, OutboxMail, SweepRun
from accounts.outbox import SERVER_AWAY
from accounts.states import JobState, MailState
from documents.models import Document
from engagements.models import Reminder
from taskforce import probes

log = structlog.get_logger(__name__)
LATE = timedelta(minutes=10)  # a mail, job or reminder whose time came so long ago should have gone
LONG_QUEUE = 1_000
SCARCE = 0.10  # of the disk
FAILURES_SHOWN = 20
JOB_KINDS = {
    "timetable.pdf": "Tidsplan som PDF",
    "cases.letter": "Indkaldelsesbrev som PDF",
    "cases.receipt": "Kvittering som PDF",
    "cases.seminar": "Læringsseminar som PDF",
}


class Health(Enum):
    """How something is: its words, its badge."""

    GOOD = ("I orden", "success")
    WATCH = ("Hold øje", "warning")
    BAD = ("Fejl", "error")

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def variant(self) -> str:
        return self.value[1]


@dataclass(frozen=True)
class Line:
    """One line of the page. `advice` is one sentence, `section` the heading of docs/operations.md that says more."""

    name: str
    health: Health
    text: str
    since: datetime | None = None
    advice: str = ""
    section: str = ""


def lines() -> list[Line]:
    """Everything: first what the rest stands on."""
    return [line for name in PROBES for line in ask(name)]


def ask(name: str) -> list[Line]:
    """The lines of one probe; when it fails, one that says so."""
    try:
        with probes.no_slow_query():
            return list(PROBES[name]())
    except Exception as error:
        log.warning("operations: no answer", probe=name, error=type(error).__name__)
        return [
            Line(name, Health.BAD, "Svarer ikke, eller svarer for langsomt", advice="Se efter i loggen, hvad der fejler.", section="Alarms")
        ]


def failed_mails() -> QuerySet[OutboxMail]:
    """The mails that were given up, the latest first."""
    return OutboxMail.objects.filter(state=MailState.FAILED).select_related("recipient").order_by("-created_at", "-pk")


def failed_jobs() -> QuerySet[Job]:
    """The jobs that failed, the latest first."""
    return Job.objects.filter(state=JobState.FAILED).select_related("requested_by").order_by("-finished_at", "-pk")


def job_kind(job: Job) -> str:
    """What kind of work it is; never its title, which tells of an engagement."""
    return JOB_KINDS.get(job.kind, job.kind)


# The probes


def _clock() -> Iterator[Line]:
    runs = probes.last_runs()
    at = runs.get(probes.HEARTBEAT)
    if probes.is_silent(probes.HEARTBEAT, runs):
        text = "Uret har været tavst siden" if at else "Uret har aldrig slået"
        yield Line("Ur (beat)", Health.BAD, text, at, "Se, om beat og en worker kører, og start den, der mangler.", "The clock")
    else:
        yield Line("Ur (beat)", Health.GOOD, "Slår. Senest", at)


def _queue() -> Iterator[Line]:
    queue = probes.look_at_queue()
    waiting = count(queue.length, "opgave venter", "opgaver venter")
    if queue.length > LONG_QUEUE:
        yield Line(
            "Kø (broker)",
            Health.WATCH,
            f"Svarer, men {waiting}",
            None,
            "Start flere workere, eller se, hvad de er i gang med.",
            "The queue",
        )
    else:
        yield Line("Kø (broker)", Health.GOOD, f"Svarer, {waiting}")
    if queue.has_worker:
        yield Line("Worker", Health.GOOD, "Svarer")
    else:
        advice = "Start workeren; imens venter mails, påmindelser og job i databasen, og intet går tabt."
        yield Line("Worker", Health.BAD, "Ingen worker svarer", None, advice, "The worker")


def _database() -> Iterator[Line]:
    probes.database_answers()
    missing = probes.missing_migrations()
    if missing:
        text = f"Svarer, men {count(missing, 'migrering mangler', 'migreringer mangler')}"
        yield Line("Database", Health.BAD, text, None, "Kør manage.py migrate.", "The database")
    else:
        yield Line("Database", Health.GOOD, "Svarer, og alle migreringer er kørt")


def _mail_server() -> Iterator[Line]:
    sent = OutboxMail.objects.aggregate(at=Max("sent_at"))["at"]
    away = SweepRun.objects.filter(name=SERVER_AWAY).values_list("at", flat=True).first()
    if away and (sent is None or away > sent):
        advice = "Se EMAIL_URL og mailserveren; mails prøves igen af sig selv, når den svarer."
        yield Line("Mailserver", Health.BAD, "Svarede ikke", away, advice, "Mail")
    elif sent:
        yield Line("Mailserver", Health.GOOD, "Tager imod. Sidste mail sendt", sent)
    else:
        yield Line("Mailserver", Health.GOOD, "Der er ikke sendt nogen mails endnu")


def _mails() -> Iterator[Line]:
    now = timezone.now()
    due = OutboxMail.objects.filter(state=MailState.WAITING, due_at__lte=now)
    found = due.aggregate(oldest=Min("due_at"))
    if found["oldest"] and found["oldest"] < now - LATE:
        text = f"{count(due.count(), 'mail', 'mails')} skulle være sendt. Den ældste siden"
        yield Line("Mails i kø", Health.BAD, text, found["oldest"], "Se uret, workeren og mailserveren ovenfor.", "Mail")
    else:
        yield Line("Mails i kø", Health.GOOD, "Ingen venter for længe")
    failed = OutboxMail.objects.filter(state=MailState.FAILED).aggregate(oldest=Min("created_at"))["oldest"]
    if failed:
        number = OutboxMail.objects.filter(state=MailState.FAILED).count()
        text = f"{count(number, 'mail', 'mails')} kunne ikke sendes. Den ældste er fra"
        yield Line(
            "Fejlede mails", Health.WATCH, text, failed, "Ret adressen, eller få serveren til at tage imod, og kør dem igen.", "Mail"
        )
    else:
        yield Line("Fejlede mails", Health.GOOD, "Ingen")
    held = OutboxMail.objects.filter(state=MailState.HELD).count()
    yield Line("Holdt tilbage", Health.GOOD, f"{count(held, 'mail', 'mails')} venter på en konsulent" if held else "Ingen")


def _reminders() -> Iterator[Line]:
    runs, now = probes.last_runs(), timezone.now()
    for name, label in (("reminders planned", "Påmindelser planlagt"), ("reminders dispatched", "Påmindelser sendt")):
        at = runs.get(name)
        if probes.is_silent(name, runs):
            text = "Er ikke kørt siden" if at else "Er aldrig kørt"
            yield Line(
                label, Health.BAD, text, at, "Se uret og workeren ovenfor, og kør manage.py send_due_reminders --dry-run.", "Reminders"
            )
        else:
            yield Line(label, Health.GOOD, "Kører. Senest", at)
    oldest = Reminder.objects.due().aggregate(oldest=Min("due_at"))["oldest"]
    if oldest and oldest < now - LATE:
        advice = "Kør manage.py send_due_reminders --dry-run, og se, hvorfor de ikke går."
        yield Line("Forfaldne påmindelser", Health.BAD, "Den ældste har ventet siden", oldest, advice, "Reminders")
    else:
        yield Line("Forfaldne påmindelser", Health.GOOD, "Ingen venter for længe")


def _checks() -> Iterator[Line]:
    waiting = Document.objects.being_checked().filter(uploaded_at__lt=timezone.now() - LATE)
    found = waiting.aggregate(oldest=Min("uploaded_at"), number=Count("pk"))
    if found["number"]:
        text = f"{count(found['number'], 'fil', 'filer')} har ventet længe på kontrol. Den ældste siden"
        advice = "Se workeren ovenfor; skal filer scannes for virus, så se også, om scanneren svarer."
        yield Line("Kontrol af filer", Health.BAD, text, found["oldest"], advice, "Checks")
    else:
        yield Line("Kontrol af filer", Health.GOOD, "Ingen venter for længe")


def _jobs() -> Iterator[Line]:
    oldest = Job.objects.due().aggregate(oldest=Min("created_at"))["oldest"]
    if oldest and oldest < timezone.now() - LATE:
        yield Line("Job i kø", Health.BAD, "Det ældste har ventet siden", oldest, "Se uret og workeren ovenfor.", "Jobs")
    else:
        yield Line("Job i kø", Health.GOOD, "Ingen venter for længe")
    failed = Job.objects.filter(state=JobState.FAILED).aggregate(oldest=Min("finished_at"))["oldest"]
    if failed:
        text = f"{count(Job.objects.filter(state=JobState.FAILED).count(), 'job', 'job')} mislykkedes. Det ældste"
        yield Line("Fejlede job", Health.WATCH, text, failed, "Se fejlen i loggen, og kør dem igen.", "Jobs")
    else:
        yield Line("Fejlede job", Health.GOOD, "Ingen")


def _files() -> Iterator[Line]:
    free, whole = probes.free_space()
    text = f"{free / 1024**3:.1f} GB ledig af {whole / 1024**3:.1f} GB".replace(".", ",")
    if free < SCARCE * whole:
        yield Line("Plads til filer", Health.BAD, text, None, "Gør plads, eller giv filerne en større disk.", "Files")
    else:
        yield Line("Plads til filer", Health.GOOD, text)


def _vault() -> Iterator[Line]:
    if probes.vault_opens():
        yield Line("Nøgle til filer", Health.GOOD, "Åbner filerne")
    else:
        advice = "Skriv den rigtige nøgle i VAULT_KEY, og start igen; indtil da kan ingen fil gemmes eller læses."
        yield Line("Nøgle til filer", Health.BAD, "Åbner ikke filerne", None, advice, "The master key")


def _version() -> Iterator[Line]:
    yield Line("Version", Health.GOOD, settings.VERSION)


PROBES: dict[str, Callable[[], Iterator[Line]]] = {
    "Database": _database,
    "Kø (broker)": _queue,
    "Ur (beat)": _clock,
    "Mailserver": _mail_server,
    "Mails": _mails,
    "Påmindelser": _reminders,
    "Kontrol af filer": _checks,
    "Job": _jobs,
    "Plads til filer": _files,
    "Nøgle til filer": _vault,
    "Version": _version,
}

"""What must never be true in production, and the settings that follow an https address."""

import base64
import json
import os
import re
import secrets
import subprocess
import sys

import pytest
from django.conf import settings as project

from taskforce.checks import production_is_safe
from taskforce.private_services import private_environment

MASTER = secrets.token_bytes(32)
VAULT_KEY = base64.b64encode(MASTER).decode()
STRONG = "q8Zr-uV2_mK5xW9tB4nJ7cL1pD6sF3hG0yE-aR8iO2vT5zQ9" + "kM4w"


SAFE = {
    "SECURE_SITE": True, "SITE_URL": "https://taskforce.example", "DEMO": False, "DEBUG": False, "SECRET_KEY": STRONG,
    "VAULT_KEYS": [MASTER], "ALLOWED_HOSTS": ["taskforce.example"], "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_USE_TLS": True,
    "EMAIL_USE_SSL": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, []),
        ({"DEMO": True}, ["taskforce.E001"]),
        ({"DEBUG": True}, ["taskforce.E002"]),
        ({"SECRET_KEY": "short"}, ["taskforce.E003"]),
        ({"SECRET_KEY": "ab" * 40}, ["taskforce.E003"]),
        ({"DEMO": True, "DEBUG": True, "SECRET_KEY": "x"}, ["taskforce.E001", "taskforce.E002", "taskforce.E003"]),
        ({"VAULT_KEYS": []}, ["taskforce.E006"]),
        ({"VAULT_KEYS": [bytes(32)]}, ["taskforce.E007"]),
        ({"VAULT_KEYS": [MASTER, b"ab" * 16]}, ["taskforce.E007"]),
        ({"ALLOWED_HOSTS": ["*"]}, ["taskforce.E004"]),
        ({"ALLOWED_HOSTS": ["taskforce.example", "*"]}, ["taskforce.E004"]),
        ({"ALLOWED_HOSTS": []}, ["taskforce.E004"]),
        ({"ALLOWED_HOSTS": ["other.example"]}, ["taskforce.E005"]),
        ({"ALLOWED_HOSTS": [".example"]}, []),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, ["taskforce.W001"]),
        ({"EMAIL_USE_TLS": False}, ["taskforce.W002"]),
        ({"EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True}, []),
    ],
)
def test_production_refuses_what_is_unsafe(settings, values, found):
    for name, value in {**SAFE, **values}.items():
        setattr(settings, name, value)
    assert [problem.id for problem in production_is_safe()] == found


def test_at_home_everything_is_allowed(settings):
    settings.SECURE_SITE, settings.DEMO, settings.SECRET_KEY = False, True, "x"
    assert production_is_safe() == []


def production(program: list[str], **changed: str) -> subprocess.CompletedProcess:
    """A program in a process of its own, with the settings of production and nothing else in its environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    values = {
        "SECRET_KEY": STRONG, "SITE_URL": "https://taskforce.example", "ALLOWED_HOSTS": "taskforce.example", "VAULT_KEY": VAULT_KEY,
        "DATABASE_URL": "postgres://nobody@/nowhere", "REDIS_URL": "redis://127.0.0.1:1/0",
        "EMAIL_URL": "smtp+tls://user:password@mail.example:587", **changed,
    }  # fmt: skip
    environment = kept | {name: value for name, value in values.items() if value}
    return subprocess.run(
        [sys.executable, *program], cwd=project.BASE_DIR, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def manage(command: list[str], **changed: str) -> subprocess.CompletedProcess:
    return production(["manage.py", *command], **changed)


def test_a_production_start_has_nothing_to_complain_about():
    done = manage(["check", "--deploy", "--fail-level", "WARNING"])
    assert (done.returncode, "no issues" in done.stdout + done.stderr) == (0, True), done.stderr


def test_mail_that_goes_nowhere_is_warned_of():
    done = manage(["check", "--deploy", "--fail-level", "WARNING"], EMAIL_URL="")
    assert (done.returncode, "taskforce.W001" in done.stderr) == (1, True)


def test_a_production_start_with_demo_mode_is_refused():
    done = manage(["check", "--deploy"], DEMO="1")
    assert done.returncode == 1
    assert "taskforce.E001" in done.stderr


PROCESSES = [
    ["-c", "import taskforce.wsgi"],
    ["-m", "celery", "-A", "taskforce", "worker", "--pool", "solo"],
    ["-m", "celery", "-A", "taskforce", "beat", "--schedule"],
]


@pytest.mark.parametrize("program", PROCESSES, ids=["web", "worker", "beat"])
def test_no_process_of_the_product_starts_when_it_is_unsafe(program, tmp_path):
    own_folder = [str(tmp_path / "schedule")] if program[-1] == "--schedule" else []
    done = production([*program, *own_folder], DEMO="1", ALLOWED_HOSTS="*", VAULT_KEY=base64.b64encode(bytes(32)).decode())
    assert done.returncode != 0
    assert {"taskforce.E001", "taskforce.E004", "taskforce.E007"} <= set(re.findall(r"taskforce\.E\d+", done.stdout + done.stderr))


@pytest.mark.parametrize("program", PROCESSES, ids=["web", "worker", "beat"])
@pytest.mark.parametrize(
    ("key", "said"),
    [("", "VAULT_KEY is not set."), (VAULT_KEY[:20], "VAULT_KEY holds something that is not 32 bytes in base64.")],
    ids=["none", "half of one"],
)
def test_no_process_of_the_product_starts_without_the_key_of_the_vault(program, key, said, tmp_path):
    own_folder = [str(tmp_path / "schedule")] if program[-1] == "--schedule" else []
    done = production([*program, *own_folder], VAULT_KEY=key, TASKFORCE_DATA_DIR=str(tmp_path))
    assert done.returncode != 0
    assert said in done.stdout + done.stderr


SHOW = """
from django.conf import settings as s; import json
print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_NAME]))
"""


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("https://taskforce.example/", [True, True, True, 63072000, "__Host-sessionid"]),
        ("http://localhost", [False, False, False, 0, "sessionid"]),
    ],
)
def test_cookies_redirects_and_hsts_follow_the_address(site, expected):
    done = manage(["shell", "--no-imports", "-v", "0", "-c", SHOW], SITE_URL=site)
    assert json.loads(done.stdout.splitlines()[-1]) == expected, done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "VAULT_KEY"])
def test_what_is_missing_is_named_with_what_to_do(name, tmp_path):
    done = manage(["migrate", "--check"], **{name: "", "TASKFORCE_DATA_DIR": str(tmp_path)})
    assert done.returncode != 0
    assert f"{name} is not set. Start bin/run, or set {name} (see docs/configuration.md)." in done.stderr


def test_a_secret_can_be_read_from_a_file(tmp_path):
    (tmp_path / "key").write_text(STRONG)
    shown = "from django.conf import settings as s; print(len(s.SECRET_KEY))"
    done = manage(["shell", "--no-imports", "-v", "0", "-c", shown], SECRET_KEY="", SECRET_KEY_FILE=str(tmp_path / "key"))
    assert done.stdout.splitlines()[-1] == str(len(STRONG)), done.stderr


def test_the_key_of_the_vault_can_be_read_from_a_file(tmp_path):
    older = secrets.token_bytes(32)
    (tmp_path / "key").write_text(f"{VAULT_KEY},{base64.b64encode(older).decode()}\n")
    shown = "from django.conf import settings as s; print([key.hex() for key in s.VAULT_KEYS])"
    done = manage(["shell", "--no-imports", "-v", "0", "-c", shown], VAULT_KEY="", VAULT_KEY_FILE=str(tmp_path / "key"))
    assert done.stdout.splitlines()[-1] == str([MASTER.hex(), older.hex()]), done.stderr


@pytest.mark.parametrize("given", ["c2hvcnQ=", VAULT_KEY[:-1], f"{VAULT_KEY},half", "æ" * 44], ids=["short", "cut", "second", "letters"])
def test_a_key_of_the_vault_that_is_none_is_refused_without_being_shown(given):
    done = manage(["migrate", "--check"], VAULT_KEY=given)
    assert done.returncode != 0
    assert "VAULT_KEY holds something that is not 32 bytes in base64." in done.stderr
    assert given not in done.stderr


# The private servers of a running bin/run


def test_a_command_finds_the_private_servers(monkeypatch, tmp_path):
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "TASKFORCE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    assert private_environment(tmp_path) == {}
    (tmp_path / "environment.json").write_text('{"DATABASE_URL": "postgres:///private"}')
    assert private_environment(tmp_path) == {"DATABASE_URL": "postgres:///private"}
    (tmp_path / "environment.json").write_text("half a fi")
    assert private_environment(tmp_path) == {}


def test_a_command_looks_where_bin_run_was_told_to_keep_its_data(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TASKFORCE_DATA_DIR", str(tmp_path))
    (tmp_path / "environment.json").write_text('{"DATABASE_URL": "postgres:///elsewhere"}')
    assert private_environment(tmp_path / "unused") == {"DATABASE_URL": "postgres:///elsewhere"}


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_a_database_of_one_s_own_wins_over_the_private_one(monkeypatch, tmp_path, name):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv(name, "x")
    (tmp_path / "environment.json").write_text('{"DATABASE_URL": "postgres:///private"}')
    assert private_environment(tmp_path) == {}

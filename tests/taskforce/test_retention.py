"""The field register itself: its rules make sense, and a mistake in it is told. That it is complete is held by test_house.py."""

import re

import pytest

from accounts import audit
from engagements import rendering
from taskforce import retention
from taskforce.retention import DataClass, Method, register

RULES = {rule.name: rule for rule in register().values()}
BAD = """
[rules.plan]
data_class = "internal"
purpose = "x"
basis = "x"
keep = "always"
from = ""
method = "keep"
[models."a.B"]
"""


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_a_rule_says_what_for_on_what_basis_how_long_and_how(rule):
    assert rule.purpose.endswith(".") and rule.basis.endswith(".")
    assert (rule.keep == "always") == (rule.method == Method.KEEP) == (rule.counted_from == "")
    assert rule.keep == "always" or re.fullmatch(r"[1-9]\d* (hours|days|months|years)", rule.keep)


@pytest.mark.parametrize("rule", retention.rules(), ids=lambda rule: rule.name)
def test_a_rule_has_a_title_and_says_of_personal_data_whose_they_are_and_who_sees_them(rule):
    assert rule.title[0].isupper() and rule.title != rule.name
    assert (rule.persons.endswith("."), rule.recipients.endswith(".")) == (rule.is_personal, rule.is_personal)


def test_personal_data_are_never_kept_for_ever():
    kept = {rule.name for rule in RULES.values() if rule.keep == "always"}
    assert {RULES[name].data_class for name in kept} == {DataClass.NONE}


def test_the_code_keeps_logs_results_and_sessions_as_long_as_the_register_says(settings):
    assert RULES["log"].keep == f"{audit.KEPT_MONTHS} months"
    assert RULES["result"].keep == f"{rendering.KEEP.days} days"
    assert RULES["session"].keep == f"{settings.SESSION_ABSOLUTE_AGE // 3600} hours"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [('plans = "id"', "a.B: there is no rule plans"), ('plan = "id id"', "a.B.id has two rules: plan and plan")],
)
def test_a_mistake_in_the_register_is_told(monkeypatch, tmp_path, line, sentence):
    (tmp_path / "register.toml").write_text(BAD + line, encoding="utf-8")
    monkeypatch.setattr(retention, "FILE", tmp_path / "register.toml")
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        register()

"""The guard in tests/conftest.py itself: an unknown variable fails where it is printed, not where it is asked for."""

import pytest
from django.template import Context, Template, engines
from django.template.loader import render_to_string


def test_an_unknown_variable_in_a_template_of_ours_fails():
    with pytest.raises(pytest.fail.Exception, match=r"components/missing_action\.html prints \{\{ label \}\}, which is unknown"):
        render_to_string("components/missing_action.html", {"reason": "Fordi"})


def test_asking_whether_a_variable_is_there_is_allowed():
    assert "Emne" in render_to_string("components/heading.html", {"title": "Emne"})


def test_a_template_of_somebody_else_keeps_django_s_way():
    engine = engines["django"].engine
    assert Template("[{{ nothing|default:'tom' }}]", engine=engine).render(Context()) == "[tom]"

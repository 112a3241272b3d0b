"""The 98 municipalities and the three authorities."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError

from accounts.catalogue import loader
from accounts.models import Organisation, OrganisationRegion
from accounts.states import OrganisationKind
from tests import factories

pytestmark = pytest.mark.django_db


def test_there_are_98_municipalities_and_three_authorities():
    assert Organisation.objects.municipalities().count() == 98
    others = Organisation.objects.exclude(kind=OrganisationKind.MUNICIPALITY)
    assert {one.display_name for one in others} == {"Social- og Boligstyrelsen", "VISO", "Ankestyrelsen"}


def test_municipalities_are_sorted_as_danes_do():
    names = [one.name for one in Organisation.objects.municipalities()]
    assert (names[0], names[-3:]) == ("Albertslund", ["Aabenraa", "Aalborg", "Aarhus"])
    assert names.index("Ærø") < names.index("Aabenraa")


@pytest.mark.parametrize(
    ("name", "day", "region"),
    [
        ("Hedensted", date(2026, 12, 31), "Region Midtjylland"),
        ("Hedensted", date(2027, 1, 1), "Region Midtjylland"),
        ("Næstved", date(2026, 12, 31), "Region Sjælland"),
        ("Næstved", date(2027, 1, 1), "Region Østdanmark"),
        ("Hedensted", date(1999, 1, 1), ""),
    ],
)
def test_a_municipality_lies_in_the_region_of_the_day(name, day, region):
    assert factories.municipality(name).region_on(day) == region


def test_loading_again_adds_nothing_and_keeps_what_somebody_wrote():
    Organisation.objects.filter(name="Hedensted").update(display_name="Hedensted By")
    before = (Organisation.objects.count(), OrganisationRegion.objects.count())
    loader.load(apps)
    assert (Organisation.objects.count(), OrganisationRegion.objects.count()) == before
    assert factories.municipality("Hedensted").display_name == "Hedensted By"


@pytest.mark.parametrize(("kind", "code"), [(OrganisationKind.MUNICIPALITY, ""), (OrganisationKind.VISO, "0999"), ("municipality", "99")])
def test_only_a_municipality_has_a_code_of_four_digits(kind, code):
    with pytest.raises(IntegrityError):
        Organisation.objects.create(kind=kind, name="Ny", display_name="Ny", code=code)


def test_an_organisation_is_read_as_it_is_written_in_letters():
    assert str(factories.municipality()) == "Hedensted Kommune"
    assert str(factories.municipality().regions.first()) == "Region Midtjylland"

"""No text that somebody wrote becomes markup: forty scripts in every text, on every page. The browser's word is tests/browser/test_scripts.py."""

import pytest
from django.test import Client

from tests import addresses, hostile

pytestmark = pytest.mark.django_db
MARKUP = [script for script in hostile.SCRIPTS if "<" in script or '"' in script]


def test_every_page_shows_scripts_as_text(settings, consultant):
    settings.DEMO = True
    urls = addresses.addresses(hostile.world(consultant))
    readers = [hostile.log_in(consultant), hostile.log_in(hostile.by_admin()), Client()]
    shown = set()
    for reader in readers:
        for address in urls:
            response = reader.get(address.url)
            if response.status_code == 200 and "text/html" in response["Content-Type"]:
                assert [script for script in MARKUP if script in response.text] == [], address.name
                shown |= {
                    script
                    for script in hostile.SCRIPTS
                    if script.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;").replace("'", "&#x27;")
                    in response.text
                }
    assert shown == set(hostile.SCRIPTS)

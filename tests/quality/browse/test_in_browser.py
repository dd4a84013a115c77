"""The browsing pages in a real browser: by keyboard, in a narrow window, and judged by axe."""

from contextlib import contextmanager
from functools import partial

import pytest

from quality.browse.site import BrowseSite
from quality.serving import serving
from tests.browser import AXE, COMPLETE, LOOKS, NO_BROWSER, broken

pytestmark = pytest.mark.skipif(NO_BROWSER, reason="chromium is not installed")


@contextmanager
def opened(browser, output):
    """Open the list of runs, and yield where the pages lie."""
    with serving(partial(BrowseSite, output)) as server:
        browser.open(server.access.address, COMPLETE)
        yield f"http://127.0.0.1:{server.server_address[1]}{server.access.folder}"


def heading(browser):
    return browser.value("document.querySelector('h1').textContent")


def test_from_the_list_to_a_report_by_keyboard_alone(browser, output):
    with opened(browser, output):
        assert heading(browser) == "Runs"
        for _ in range(20):
            browser.press("Tab")
            if browser.value("document.activeElement.href || ''").endswith("bbbbbbbb"):
                break
        browser.press("Enter")
        browser.wait("document.title.startsWith('census_admin, run')")
        browser.value("[...document.links].find(a => a.href.includes('/report/')).focus()")
        browser.press("Enter")
        browser.wait("document.title === 'the report'")


@pytest.mark.skipif(AXE is None, reason="AXE_CORE does not name an axe.min.js")
@pytest.mark.parametrize(("width", "colours"), LOOKS)
def test_no_page_breaks_an_axe_rule_or_its_window(browser, output, width, colours):
    browser.look(width, colours)
    key = "census_admin-20261201T000000Z-bbbbbbbb"
    with opened(browser, output) as folder:
        for name in ("", f"run/{key}", f"pair/{key}", "trend/census_admin/age%20%3Cb%3E", "other"):
            browser.open(f"{folder}{name}", COMPLETE)
            assert broken(browser) == [], name
            assert browser.value("document.documentElement.scrollWidth") <= width, name

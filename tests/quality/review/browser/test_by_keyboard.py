"""The review in a real browser, by keyboard alone.

Needs chromium; the axe test needs the environment variable AXE_CORE too, the path of axe.min.js
(npm package axe-core). What is not there is skipped, and says so.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from quality.review.decisions import open_log, read_lines
from quality.review.page.session import sitting
from quality.review.progress import status
from tests.browser import AXE, LOOKS, NO_BROWSER, broken

ROOT = Path(__file__).parents[4]
READY = "document.documentElement.dataset.ready === 'yes'"

pytestmark = pytest.mark.skipif(NO_BROWSER, reason="chromium is not installed")


@contextlib.contextmanager
def served(run, reviewer, *options):
    """Start the command as a reviewer would; gives its process and the address it printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "review", "serve", str(run), "--reviewer", reviewer,
         *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        yield process, [process.stdout.readline() for _ in range(3)][-1].strip()
    finally:
        process.kill()
        process.communicate()


def begin(browser, address):
    browser.open(address)
    browser.press("Enter")
    browser.wait(f"{READY} && !location.pathname.startsWith('/enter')")


def at(browser, place):
    browser.wait(f"{READY} && document.title.startsWith('{place} of ')")


def label(browser, place, keys):
    at(browser, place)
    browser.press(*keys)
    browser.wait(f"{READY} && !document.title.startsWith('{place} of ')")


KEYS = {
    "j Enter": 1, "j j Enter": 2, "ArrowDown ArrowDown ArrowDown Enter": 3, "j j k Enter": 1,
    "1": 1, "2": 2, "9": 9, "n": "none", "u": "unsure", "k Enter": 30,
}  # fmt: skip
"""What is pressed, and the answer that it is."""


def test_twenty_records_by_keyboard_with_the_server_killed_in_between(browser, run, review):
    wanted = [*KEYS.items(), *reversed(KEYS.items())]
    with served(run, "anna") as (process, address):
        begin(browser, address)
        for place, (keys, _) in enumerate(wanted[:9], start=1):
            label(browser, place, keys.split())
        process.kill()
    with served(run, "anna") as (_, address):
        begin(browser, address)
        for place, (keys, _) in enumerate(wanted[9:], start=10):
            label(browser, place, keys.split())
        assert browser.value("document.querySelector('h1').textContent") == (
            "All 20 records are answered"
        )
    with sitting(run, "anna") as session:
        answers = [session.answer(place) for place in range(1, 21)]
    assert answers == [answer for _, answer in wanted]
    assert len(list(read_lines(review, "anna"))) == 20


def test_back_changes_an_answer_and_goes_on_where_one_stopped(browser, run):
    with served(run, "anna") as (_, address):
        begin(browser, address)
        for place in (1, 2, 3):
            label(browser, place, "1")
        at(browser, 4)
        browser.press("b")
        at(browser, 3)
        browser.press("b")
        at(browser, 2)
        assert browser.value("document.querySelector('li.chosen .tag').textContent") == (
            "your answer"
        )
        label(browser, 2, "n")
        at(browser, 4)
        assert browser.value("document.querySelector('.saved').textContent") == (
            "Saved for 2: none of these."
        )
        browser.press("b")
        at(browser, 2)
        browser.press("g")
        at(browser, 4)
    with sitting(run, "anna") as session:
        assert [session.answer(place) for place in (1, 2, 3, 4)] == [1, "none", 1, None]


def test_keys_do_nothing_by_mistake(browser, run):
    """No answer by Enter without a candidate in the frame, by a held key, or with keys off."""
    with served(run, "anna") as (_, address):
        begin(browser, address)
        at(browser, 1)
        browser.press("Enter", "x", "0")
        held = {"key": "n", "text": "n", "autoRepeat": True}
        browser.call("Input.dispatchKeyEvent", type="keyDown", **held)
        control = {"key": "n", "modifiers": 2}
        browser.call("Input.dispatchKeyEvent", type="keyDown", **control)
        browser.press("?")
        browser.wait("document.getElementById('help').open")
        browser.press("n")
        browser.value("document.getElementById('single-keys').click()")
        browser.press("Escape")
        browser.wait("!document.getElementById('help').open")
        browser.press("n", "1")
        at(browser, 1)
        browser.press("ArrowDown", "Enter")
        at(browser, 2)
    with sitting(run, "anna") as session:
        assert [session.answer(place) for place in (1, 2)] == [1, None]


def test_the_candidate_in_the_frame_is_seen_and_not_covered(browser, run):
    covered = """(() => {
      const box = document.activeElement.closest('li').getBoundingClientRect();
      const top = document.querySelector('.top');
      const stuck = getComputedStyle(top).position === 'sticky' ? top : top.lastElementChild;
      return box.top < stuck.getBoundingClientRect().bottom - 1 || box.bottom > innerHeight + 1;
    })()"""
    with served(run, "anna") as (_, address):
        begin(browser, address)
        at(browser, 1)
        for width, height in ((1280, 800), (700, 900)):
            browser.size(width, height)
            for key in [*"j" * 31, *"k" * 31]:
                browser.press(key)
                assert browser.value(covered) is False
        outline = "getComputedStyle(document.activeElement.closest('li')).outlineStyle"
        assert browser.value(outline) == "solid"


@pytest.mark.parametrize("width", [320, 700, 1280])
def test_it_fits_its_window(browser, run, width):
    wide = f"""[...document.querySelectorAll('body *')]
      .filter(each => !each.closest('.hidden, script, dialog:not([open])'))
      .filter(each => each.getBoundingClientRect().right > {width} + 1)
      .map(each => each.outerHTML.slice(0, 80))"""
    with served(run, "anna") as (_, address):
        browser.size(width, 800)
        browser.open(address)
        assert browser.value(wide) == []
        begin_from_here(browser)
        assert browser.value(wide) == []
        assert browser.value("document.documentElement.scrollWidth") <= width
        browser.press("?")
        browser.wait("document.getElementById('help').open")
        assert browser.value(wide) == []


def begin_from_here(browser):
    browser.press("Enter")
    at(browser, 1)


def test_a_second_reviewer_who_differs_shows_in_kappa(browser, run, review):
    with sitting(run, "anna") as session:
        for place in range(1, 21):
            kind = session.case(place).unit.kind
            session.save(place, 1 if kind == "unlinked" else "none")
    with served(run, "ben") as (_, address):
        begin(browser, address)
        with_kinds = _kinds(run, review)
        for place, kind in enumerate(with_kinds, start=1):
            usual = "1" if kind == "unlinked" else "n"
            label(browser, place, "n" if place == 1 + with_kinds.index("unlinked") else usual)
    found = status(run)
    assert (found.agreement["all"].n, found.agreement["all"].n_same) == (5, 4)
    # anna: 2 of 5 match; ben: 1 of 5; by chance alike .4 * .2 + .6 * .8
    chance = 0.4 * 0.2 + 0.6 * 0.8
    assert found.agreement["all"].kappa.value == pytest.approx((0.8 - chance) / (1 - chance))
    assert found.n_differ == 1
    # all on which they differ, and every error that either called: anna called each of hers one
    assert found.n_open == 20


def _kinds(run, review):
    from quality.review.reviewers import worklist

    return [review.units[number].kind for number in worklist(review, "second", "ben")]


@pytest.mark.skipif(AXE is None, reason="AXE_CORE does not name an axe.min.js")
@pytest.mark.parametrize(("width", "colours"), LOOKS)
def test_it_breaks_no_axe_rule(browser, run, review, width, colours):
    browser.look(width, colours)
    with served(run, "anna") as (_, address):
        browser.open(address)
        assert broken(browser) == []
        begin_from_here(browser)
        browser.press("j")
        assert broken(browser) == []
        browser.press("?")
        browser.wait("document.getElementById('help').open")
        assert broken(browser) == []
        browser.press("Escape")
        label(browser, 1, "1")
        at(browser, 2)
        browser.press("b")
        at(browser, 1)
        assert broken(browser) == []
        browser.open(address)
        assert browser.value("document.querySelector('h1').textContent") == "This was not done"
        assert broken(browser) == []
    for name, answer in (("anna", 1), ("ben", "none")):
        with sitting(run, name):
            pass
        with open_log(review, name, False) as log:
            log.append((1, answer))
    with served(run, "chris", "--adjudicate") as (_, address):
        begin(browser, address)
        assert browser.value("document.querySelectorAll('.tag').length") == 2
        assert broken(browser) == []
        label(browser, 1, "n")
        assert broken(browser) == []


def test_the_sheet_for_paper_breaks_no_axe_rule(browser, run, tmp_path):
    from quality.review.offline import export_sheet

    if AXE is None:
        pytest.skip("AXE_CORE does not name an axe.min.js")
    with sitting(run, "anna"):
        pass
    written = export_sheet(run, "ben", tmp_path / "out")  # five units: axe takes its time
    browser.call("Page.navigate", url=written.sheet.as_uri())
    browser.wait("document.readyState === 'complete' && document.querySelector('.case')")
    assert broken(browser) == []

"""Contrast: axe cannot judge text in SVG, so the colours are judged where they are written."""

import re
from importlib.resources import files

import pytest

from quality.report.tokens import COLOURS, MARKS_ON, TEXT_ON, contrast


@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out_from_its_ground(text, ground):
    assert contrast(COLOURS[text], COLOURS[ground]) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARKS_ON)
def test_marks_stand_out_from_their_ground(mark, ground):
    assert contrast(COLOURS[mark], COLOURS[ground]) >= 3


def test_contrast_of_known_pairs():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_style_sheet_has_no_colour_of_its_own():
    sheet = files("quality.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([\w-]+)\)", sheet))
    assert used <= COLOURS.keys()
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", sheet)
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_every_text_colour_of_the_sheet_was_judged():
    sheet = files("quality.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    coloured = set(re.findall(r"(?<![-\w])color: var\(--([\w-]+)\)", sheet))
    assert coloured <= {text for text, _ in TEXT_ON}

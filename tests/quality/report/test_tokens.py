"""Contrast: axe cannot judge text in SVG, so the colours are judged where they are written."""

import re
from importlib.resources import files

import pytest

from quality.report.tokens import LIGHT, MARKS_ON, SCHEMES, TEXT_ON, contrast, custom_properties


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_stands_out_from_its_ground(text, ground, scheme):
    colours = SCHEMES[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("mark", "ground"), MARKS_ON)
def test_marks_stand_out_from_their_ground(mark, ground, scheme):
    colours = SCHEMES[scheme]
    assert contrast(colours[mark], colours[ground]) >= 3


def test_both_schemes_have_the_same_colours_and_paper_is_never_dark():
    assert len({frozenset(colours) for colours in SCHEMES.values()}) == 1
    light, dark = custom_properties().split("@media screen and (prefers-color-scheme:dark)")
    assert LIGHT["paper"] in light
    assert SCHEMES["dark"]["paper"] in dark


def test_contrast_of_known_pairs():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_the_style_sheet_has_no_colour_of_its_own():
    sheet = files("quality.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([\w-]+)\)", sheet))
    assert used <= LIGHT.keys()
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", sheet)
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_every_text_colour_of_the_sheet_was_judged():
    sheet = files("quality.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    coloured = set(re.findall(r"(?<![-\w])color: var\(--([\w-]+)\)", sheet))
    assert coloured <= {text for text, _ in TEXT_ON}

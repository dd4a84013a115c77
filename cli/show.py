"""Faults on the screen: plain text, and a little colour where a person is looking."""

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from linkage.errors import Fault

_RED, _YELLOW, _PLAIN = "\x1b[1;31m", "\x1b[1;33m", "\x1b[0m"


def show_faults(faults: Sequence[Fault], stream: TextIO | None = None) -> None:
    """Write every fault to ``stream`` (standard error), and how many there are."""
    from linkage.config.diagnostics import render, summary

    stream = stream or sys.stderr
    coloured = in_colour(stream)
    for fault in faults:
        text = render(fault)
        stream.write(f"{_coloured(text, fault) if coloured else text}\n\n")
    stream.write(f"{summary(tuple(faults))}\n")


def in_colour(stream: TextIO) -> bool:
    """Tell whether a person sees ``stream`` and has not asked for plain text."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _coloured(text: str, fault: Fault) -> str:
    colour = _YELLOW if fault.severity == "warning" else _RED
    heading, separator, rest = text.partition("\n")
    coloured = heading.replace(f"  {fault.code}  ", f"  {colour}{fault.code}{_PLAIN}  ", 1)
    return f"{coloured}{separator}{rest}"

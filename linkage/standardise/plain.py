"""Columns of no known role: text, number, category and array, as the configuration states."""

import math
import re

from linkage.sources.canonical import ELEMENT_SEPARATOR
from linkage.standardise.rules import Row, clean_text
from linkage.standardise.stand_ins import stated_reason
from linkage.standardise.text import TEXT_RULES

NUMBER_RULES: tuple[str, ...] = ("thousands_separators",)

_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(?:\.\d+)?$")


def text(raw: str) -> Row:
    """Return cleaned text and its missing reason."""
    cleaned = clean_text(raw, TEXT_RULES)
    return Row((cleaned.value, cleaned.reason), cleaned.fired)


def number(raw: str) -> Row:
    """Return a finite number and its missing reason."""
    written = raw.strip()
    if not written:
        return Row((None, "not_answered"))
    if reason := stated_reason(written):
        return Row((None, reason), (reason,))
    grouped = bool(_THOUSANDS.match(written))
    try:
        value = float(written.replace(",", "") if grouped else written)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        return Row((None, "invalid"), ("invalid",))
    return Row((value, None), ("thousands_separators",) if grouped else ())


def array(raw: str, separator: str) -> Row:
    """Return the distinct cleaned values of a list, sorted, and its missing reason."""
    parts = raw.replace(ELEMENT_SEPARATOR, separator).split(separator)
    cleaned = [clean_text(part, TEXT_RULES) for part in parts]
    values = sorted({each.value for each in cleaned if each.value})
    fired = tuple(dict.fromkeys(rule for each in cleaned for rule in each.fired))
    if values:
        return Row((values, None), fired)
    reasons = [each.reason for each in cleaned if each.reason != "not_answered"]
    return Row((None, reasons[0] if reasons else "not_answered"), fired)

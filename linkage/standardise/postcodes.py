"""Postcodes: the UK's with their parts, and any other country's as plain text."""

import re

from linkage.characteristics import MissingReason
from linkage.standardise.rules import Row
from linkage.standardise.stand_ins import stated_reason

POSTCODE_RULES: tuple[str, ...] = ("spacing_and_case", "look_alike_characters", "outward_part_only")

_AREAS = frozenset(
    "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN "
    "DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA "
    "LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG "
    "SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO "
    "ZE".split()
)
_OUTWARD = re.compile(r"([A-Z]{1,2})\d[A-Z\d]?")
_INWARD = re.compile(r"\d[ABD-HJLNP-UW-Z]{2}")
_WRITTEN = re.compile(rf"(?!ZZ99)(({_OUTWARD.pattern}) {_INWARD.pattern[:2]}){_INWARD.pattern[2:]}")
"""A full postcode as it is published: nothing about it needs putting right."""
_SHAPES = {2: ("A9",), 3: ("AA9", "A99", "A9A"), 4: ("AA99", "AA9A")}
_AS_LETTER = str.maketrans("01", "OI")
_AS_DIGIT = str.maketrans("OI", "01")
_NOT_CODE = re.compile(r"[^A-Z0-9]")
_FULL = range(5, 8)


def uk_postcode(raw: str) -> Row:
    """Return postcode, sector, district, area and missing reason.

    LS24 8DD has sector LS24 8, district LS24 and area LS. Where only the outward part is legible
    the postcode itself is missing and its district stays.
    """
    if written := _WRITTEN.fullmatch(raw):
        sector, district, area = written.groups()
        return Row((raw, sector, district, area, None))
    upper = raw.strip().upper()
    if reason := _absent(upper):
        return _gone(reason)
    code = _NOT_CODE.sub("", upper)
    fired = ["spacing_and_case"] if raw != f"{code[:-3]} {code[-3:]}" else []
    found = _whole(code) if len(code) in _FULL else None
    if found is None:
        return _partial(upper, code)
    outward, inward = found
    if outward + inward != code:
        fired.append("look_alike_characters")
    return Row(
        (f"{outward} {inward}", f"{outward} {inward[0]}", outward, _area(outward), None),
        tuple(fired),
    )


def plain_postcode(raw: str) -> Row:
    """Return a postcode of letters and digits, and its missing reason."""
    code = _NOT_CODE.sub("", raw.upper())
    reason = _absent(raw.strip().upper()) or _absent(code)
    if reason is None and len(set(code)) == 1 and code[0] in "09":
        reason = "placeholder"
    if reason:
        return Row((None, reason), () if reason == "not_answered" else (reason,))
    return Row((code, None), ("spacing_and_case",) if code != raw else ())


def _absent(upper: str) -> MissingReason | None:
    if not upper:
        return "not_answered"
    if reason := stated_reason(upper):
        return reason
    code = _NOT_CODE.sub("", upper)
    if not code or code.startswith("ZZ99"):
        return "placeholder"
    return None


def _whole(code: str) -> tuple[str, str] | None:
    """Return the outward and inward parts of a full code, look-alike characters put right."""
    inward = code[-3].translate(_AS_DIGIT) + code[-2:].translate(_AS_LETTER)
    outward = _outward(code[:-3])
    return (outward, inward) if outward and _INWARD.fullmatch(inward) else None


def _outward(code: str) -> str | None:
    """Return an outward code as it stands, else with O and 0, I and 1 put right by position."""
    if _OUTWARD.fullmatch(code):
        return code
    for shape in _SHAPES.get(len(code), ()):
        mended = "".join(
            each.translate(_AS_LETTER if kind == "A" else _AS_DIGIT)
            for each, kind in zip(code, shape, strict=True)
        )
        if _OUTWARD.fullmatch(mended) and _area(mended) in _AREAS:
            return mended
    return None


def _area(outward: str) -> str:
    return outward.rstrip("0123456789") if outward[-1].isdigit() else re.split(r"\d", outward)[0]


def _partial(upper: str, code: str) -> Row:
    """Return what the outward part gives where it is all that is legible."""
    outward = upper.split(maxsplit=1)[0] if " " in upper else code
    if not _OUTWARD.fullmatch(outward) or _area(outward) not in _AREAS:
        return _gone("invalid")
    return Row((None, None, outward, _area(outward), "invalid"), ("outward_part_only", "invalid"))


def _gone(reason: MissingReason) -> Row:
    return Row((None, None, None, None, reason), () if reason == "not_answered" else (reason,))

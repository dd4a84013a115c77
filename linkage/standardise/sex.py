"""Sex: words and a source's own codes to F, M and X."""

from collections.abc import Mapping

from linkage.characteristics import MISSING_REASONS, MissingReason
from linkage.standardise.rules import Row
from linkage.standardise.stand_ins import stated_reason

SEX_RULES: tuple[str, ...] = ("sex_code",)

_WORDS = {
    **dict.fromkeys(("F", "FEMALE", "WOMAN", "GIRL"), "F"),
    **dict.fromkeys(("M", "MALE", "MAN", "BOY"), "M"),
    **dict.fromkeys(("X", "OTHER", "INDETERMINATE", "INTERSEX", "NON-BINARY", "NONBINARY"), "X"),
}


def sex(raw: str, codes: Mapping[str, str]) -> Row:
    """Return F, M or X and the missing reason.

    A code may stand for a word, a letter or a missing reason. Digits without ``codes`` are invalid:
    the census writes 1 for female, health systems 1 for male.
    """
    word = raw.strip().upper()
    if not word:
        return Row((None, "not_answered"))
    if reason := stated_reason(word):
        return _gone(reason)
    meant = _meaning(word, codes)
    if meant in MISSING_REASONS:
        return _gone(meant)
    if (letter := _WORDS.get(meant.upper())) is None:
        return _gone("invalid")
    return Row((letter, None), ("sex_code",) if letter != raw else ())


def _meaning(word: str, codes: Mapping[str, str]) -> str:
    for code, meant in codes.items():
        if code.strip().upper() == word:
            return meant.strip()
    return word


def _gone(reason: MissingReason) -> Row:
    return Row((None, reason), () if reason == "not_answered" else (reason,))

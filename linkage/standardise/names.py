"""Names of people: titles, suffixes, particles, and a full name taken apart."""

import re
from collections.abc import Callable

import jellyfish

from linkage.standardise.rules import Cleaned, Row, Rule, clean_text, missing
from linkage.standardise.stand_ins import is_stand_in_name, stated_reason
from linkage.standardise.text import LETTERS, PUNCTUATION_AND_DIGITS, SPACES, UPPER_CASE

TITLES = frozenset(
    "MR MRS MS MISS MX DR PROF PROFESSOR SIR DAME LADY LORD REV REVD REVEREND".split()
)
_ALSO_GIVEN_NAMES = frozenset({"LADY", "LORD"})
_SUFFIXES = frozenset("JR JNR JUNIOR SR SNR SENIOR II III IV ESQ".split())
_SPLIT_PREFIX = re.compile(r"\b(MC|MAC|O|FITZ) +(?=[^\W\d_]{2})")
_PARTICLES = frozenset(
    "AL BIN BINT D DA DAL DE DEL DELLA DEN DER DI DO DOS DU EL IBN LA LE ST TE TEN TER VAN VON "
    "ZU ZUR".split()
)


def remove_titles(name: str) -> str:
    """Drop titles in front, when a name is left: DR LENA becomes LENA."""
    words = name.split()
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return " ".join(words)


def remove_suffixes(name: str) -> str:
    """Drop generation marks at the end, when a name is left: SMITH JR becomes SMITH."""
    words = name.split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words = words[:-1]
    return " ".join(words)


def join_prefixes(name: str) -> str:
    """Close up MC DONALD, MAC DONALD, O BRIEN and FITZ GERALD; other particles stay apart."""
    while (joined := _SPLIT_PREFIX.sub(r"\1", name)) != name:
        name = joined
    return name


_WORDS: tuple[Rule, ...] = (*LETTERS, PUNCTUATION_AND_DIGITS, SPACES)
_TITLES_RULE = Rule("titles", remove_titles)
_SUFFIXES_RULE = Rule("suffixes", remove_suffixes)
_PREFIXES_RULE = Rule("prefixes", join_prefixes)

FIRST_NAME: tuple[Rule, ...] = (*_WORDS, _TITLES_RULE, _SUFFIXES_RULE)
MIDDLE_NAME: tuple[Rule, ...] = (*_WORDS, _SUFFIXES_RULE)
SURNAME: tuple[Rule, ...] = (*_WORDS, _SUFFIXES_RULE, _PREFIXES_RULE)


def _cleaned(raw: str, rules: tuple[Rule, ...], stand_in: Callable[[str], bool]) -> Cleaned:
    """Clean a name; in a single word of plain letters, only the case can want changing."""
    if not (raw.isascii() and raw.isalpha()):
        return clean_text(raw, rules, stand_in)
    name = raw.upper()
    if reason := stated_reason(name):
        return missing(reason)
    if stand_in(name):
        return missing("placeholder")
    return Cleaned(name, None, () if name == raw else (UPPER_CASE.name,))


def phonetic(name: str) -> str | None:
    """Return the metaphone code of a name in Latin letters, None for one it has no sounds for."""
    return jellyfish.metaphone(name) or None if name.isascii() else None


def is_no_first_name(name: str) -> bool:
    """Say whether a cleaned first name is a stand-in, or a title alone: SIR."""
    return is_stand_in_name(name) or name in TITLES - _ALSO_GIVEN_NAMES


def _sounded(cleaned: Cleaned) -> tuple[object, ...]:
    name = cleaned.value
    if name is None:
        return (None, None, None, cleaned.reason)
    return (name, name[0], phonetic(name), None)


def _unsounded(cleaned: Cleaned) -> tuple[object, ...]:
    name = cleaned.value
    return (name, name[0] if name else None, cleaned.reason)


def first_name(raw: str) -> Row:
    """Return first name, initial, phonetic code and missing reason."""
    cleaned = _cleaned(raw, FIRST_NAME, is_no_first_name)
    return Row(_sounded(cleaned), cleaned.fired)


def surname(raw: str) -> Row:
    """Return surname, initial, phonetic code and missing reason."""
    cleaned = _cleaned(raw, SURNAME, is_stand_in_name)
    return Row(_sounded(cleaned), cleaned.fired)


def middle_name(raw: str) -> Row:
    """Return middle name, initial and missing reason."""
    cleaned = _cleaned(raw, MIDDLE_NAME, is_stand_in_name)
    return Row(_unsounded(cleaned), cleaned.fired)


def full_name(raw: str) -> Row:
    """Return first name, middle name and surname, each as its own role would.

    With a comma the surname stands first; without, it is the last word together with the particles
    before it. A single word is a first name.
    """
    whole = _cleaned(raw, FIRST_NAME, is_stand_in_name)
    if whole.value is None:
        gone = missing(whole.reason or "not_answered")
        parts = (gone, gone, gone)
    else:
        parts = _cleaned_parts(*_split(raw))
    first, middle, last = parts
    titled = remove_titles(given := _reordered(raw)[0]) != given
    titles = ("titles",) if titled and first.value else ()
    fired = dict.fromkeys((*whole.fired, *titles, *first.fired, *last.fired))
    return Row((*_sounded(first), *_unsounded(middle), *_sounded(last)), tuple(fired))


def _cleaned_parts(first: str, middle: str, last: str) -> tuple[Cleaned, Cleaned, Cleaned]:
    return (
        _cleaned(first, FIRST_NAME, is_no_first_name),
        _cleaned(middle, MIDDLE_NAME, is_stand_in_name),
        _cleaned(last, SURNAME, is_stand_in_name),
    )


def _split(raw: str) -> tuple[str, str, str]:
    """Return the first, middle and last names that stand in a full name."""
    given, *last = _reordered(raw)
    if last:
        first, _, middle = remove_titles(given).partition(" ")
        return first, middle, last[0]
    return _last_word(remove_suffixes(remove_titles(given)).split())


def _reordered(raw: str) -> list[str]:
    """Return given names and surname of SURNAME, FIRST MIDDLE; else the whole name alone."""
    before, _, after = raw.partition(",")
    last, given = _words(before), _words(after)
    if given and last and given not in _SUFFIXES:
        return [given, last]
    return [_words(raw)]


def _last_word(words: list[str]) -> tuple[str, str, str]:
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    if start < 1:
        return " ".join(words), "", ""
    return words[0], " ".join(words[1:start]), " ".join(words[start:])


def _words(text: str) -> str:
    for rule in _WORDS:
        text = rule.change(text)
    return text

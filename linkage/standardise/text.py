"""Rules that any text goes through: Unicode, case, apostrophes, punctuation, spaces.

Order matters. Apostrophes are made one before Unicode is, because compatibility normalisation takes
an acute accent standing alone apart; letters are folded after case, because upper case can bring
marks of its own.
"""

import re
import unicodedata

from linkage.standardise.rules import Rule

_APOSTROPHE_LIKE = "\u2018\u2019\u02b9\u02bb\u02bc\u02bd\u0060\u00b4\u2032\uff07\u055a"
_AS_APOSTROPHE = str.maketrans(dict.fromkeys(_APOSTROPHE_LIKE, "'"))
_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "\u0141": "L",  # L with stroke
        "\u00d8": "O",  # O with stroke
        "\u0110": "D",  # D with stroke
        "\u00d0": "D",  # eth
        "\u0126": "H",  # H with stroke
        "\u0166": "T",  # T with stroke
        "\u00c6": "AE",
        "\u0152": "OE",
        "\u00de": "TH",  # thorn
        "\u1e9e": "SS",  # capital sharp s
    }
)
_LATIN_MARKS = re.compile(r"([A-Z])[\u0300-\u036f]+")
_DIGIT = re.compile(r"\d")
_NOT_ASCII_LETTER = re.compile(r"[^A-Za-z ]")
_NOT_ASCII_LETTER_OR_DIGIT = re.compile(r"[^A-Za-z0-9 ]")


def normalise_unicode(text: str) -> str:
    """Write equal characters equally, and drop invisible ones: \ufb01 becomes fi."""
    if text.isascii():
        return text.replace("`", "'")
    text = unicodedata.normalize("NFKC", text.translate(_AS_APOSTROPHE)).translate(_AS_APOSTROPHE)
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def upper_case(text: str) -> str:
    """Write in capitals."""
    return text.upper()


def fold_diacritics(text: str) -> str:
    """Write Latin letters without their marks: JOSÉ becomes JOSE; other scripts keep theirs."""
    if text.isascii():
        return text
    bare = _LATIN_MARKS.sub(r"\1", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).translate(_WITHOUT_DECOMPOSITION)


def remove_apostrophes(text: str) -> str:
    """Close up apostrophes: O'BRIEN becomes OBRIEN."""
    return text.replace("'", "")


def remove_full_stops(text: str) -> str:
    """Close up full stops: ST. becomes ST."""
    return text.replace(".", "")


def letters_only(text: str) -> str:
    """Put a space for hyphens and other punctuation, and drop digits; keep every script."""
    if text.isascii():
        return _NOT_ASCII_LETTER.sub(" ", _DIGIT.sub("", text))
    return "".join(_kept(text, digits=False))


def letters_and_digits(text: str) -> str:
    """Put a space for punctuation; keep letters of every script, and digits."""
    if text.isascii():
        return _NOT_ASCII_LETTER_OR_DIGIT.sub(" ", text)
    return "".join(_kept(text, digits=True))


def single_spaces(text: str) -> str:
    """Leave one space between words and none around them."""
    return " ".join(text.split())


def _kept(text: str, digits: bool) -> list[str]:
    """Return the characters that stay: a mark only on a letter, a digit only where wanted."""
    kept: list[str] = []
    on_letter = False
    for each in text:
        kind = unicodedata.category(each)[0]
        if kind == "L" or (kind == "M" and on_letter):
            kept.append(each)
            on_letter = True
            continue
        on_letter = False
        if kind != "N":
            kept.append(" ")
        elif digits:
            kept.append(each)
    return kept


UNICODE = Rule("unicode", normalise_unicode)
UPPER_CASE = Rule("upper_case", upper_case)
DIACRITICS = Rule("diacritics", fold_diacritics)
APOSTROPHES = Rule("apostrophes", remove_apostrophes)
FULL_STOPS = Rule("full_stops", remove_full_stops)
SPACES = Rule("spaces", single_spaces)
PUNCTUATION = Rule("punctuation", letters_and_digits)
PUNCTUATION_AND_DIGITS = Rule("punctuation_and_digits", letters_only)

LETTERS: tuple[Rule, ...] = (UNICODE, SPACES, UPPER_CASE, DIACRITICS, APOSTROPHES, FULL_STOPS)
TEXT_RULES: tuple[Rule, ...] = (*LETTERS, PUNCTUATION, SPACES)
"""Plain text: places, categories, columns of no known role."""

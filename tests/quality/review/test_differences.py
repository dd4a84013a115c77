import jellyfish
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.review.differences import compare


@pytest.mark.parametrize(
    ("focal", "value", "words", "marked"),
    [
        ("smith", "smyth", "differs: 1 character", "sm[y]th"),
        ("catherine", "cathrine", "differs: 1 character", "cath[]rine"),
        ("jon", "john", "differs: 1 character", "jo[h]n"),
        ("12", "21", "differs: 2 characters swapped", "[21]"),
        ("high street 12", "hgih stret 12", "differs: 2 characters", "h[gi]h str[]et 12"),
        ("1987-02-11", "1987-11-02", "differs: day and month swapped", "1987-[11]-[02]"),
        ("1987-02-11", "1988-02-11", "differs: year", "[1988]-02-11"),
        ("1987-02-11", "1990-05-30", "different", "1990-05-30"),
        ("ann", "bob", "different", "bob"),
        ("M", "F", "different", "F"),
        ("same", "same", "same", "same"),
        ("given", None, "missing", ""),
        (None, "given", "missing above", "given"),
        (None, None, "missing in both", ""),
    ],
)
def test_differences_in_words_and_marks(focal, value, words, marked):
    found = compare(focal, value)
    shown = "".join(f"[{p.text}]" if p.differs else p.text for p in found.pieces)
    assert (found.words, shown) == (words, marked)


_TEXT = st.text("abc-1 ", min_size=1, max_size=9)


@given(_TEXT, _TEXT)
def test_pieces_make_up_the_value_and_count_its_edits(focal, value):
    found = compare(focal, value)
    assert "".join(piece.text for piece in found.pieces) == value
    assert (found.state == "same") == (focal == value)
    if found.words.endswith(("character", "characters")):
        n = int(found.words.split()[1])
        assert jellyfish.damerau_levenshtein_distance(focal, value) <= n
        assert n <= jellyfish.levenshtein_distance(focal, value)
        assert any(piece.differs for piece in found.pieces)

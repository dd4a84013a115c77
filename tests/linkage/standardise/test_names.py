import pytest

from linkage.standardise import names


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("José", "JOSE"),
        ("Jose\u0301", "JOSE"),
        ("Weiß", "WEISS"),
        ("Łukasz", "LUKASZ"),
        ("Søren", "SOREN"),
        ("Æthelflæd", "AETHELFLAED"),
        ("Þóra", "THORA"),
        ("Müller", "MULLER"),
        ("O'Brien", "OBRIEN"),
        ("O\u2019Brien", "OBRIEN"),
        ("O`Brien", "OBRIEN"),
        ("O\u00b4Brien", "OBRIEN"),
        ("O Brien", "OBRIEN"),
        ("D'Arcy", "DARCY"),
        ("Smith-Jones", "SMITH JONES"),
        ("Smith\u2013Jones", "SMITH JONES"),
        ("  de   la  Cruz ", "DE LA CRUZ"),
        ("van der Berg", "VAN DER BERG"),
        ("Mc Donald", "MCDONALD"),
        ("Mac Donald", "MACDONALD"),
        ("FITZ GERALD", "FITZGERALD"),
        ("MAC", "MAC"),
        ("St. John", "ST JOHN"),
        ("Smith Jr.", "SMITH"),
        ("Smith III", "SMITH"),
        ("Jr", "JR"),
        ("flor4nce", "FLORNCE"),
        ("Smith\u200b\u00ad", "SMITH"),
        ("\uff2c\uff25\uff25", "LEE"),
        ("ﬁnch", "FINCH"),
        ("Null-Smith", "NULL SMITH"),
        ("Na", "NA"),
        ("Ng", "NG"),
        ("Blank", "BLANK"),
        ("王", "王"),
        ("محمد", "محمد"),
        ("Иванов", "ИВАНОВ"),
        ("शर्मा", "शर्मा"),
        ("김", "김"),
    ],
)
def test_surnames(raw, cleaned):
    assert names.surname(raw).values[0] == cleaned


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("DR LUCAS HARRISON", "LUCAS HARRISON"),
        ("Mr. John", "JOHN"),
        ("Prof. Dr. Lena", "LENA"),
        ("rev john", "JOHN"),
        ("Lady", "LADY"),
        ("Sir", None),
        ("Mrs", None),
        ("Mary-Ann", "MARY ANN"),
        ("Nan", "NAN"),
    ],
)
def test_first_names_lose_titles_when_a_name_is_left(raw, cleaned):
    assert names.first_name(raw).values[0] == cleaned


def test_a_surname_keeps_what_would_be_a_title():
    assert names.surname("Lord").values[0] == "LORD"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "not_answered"),
        ("   ", "not_answered"),
        ("Not answered", "not_answered"),
        ("UNKNOWN", "placeholder"),
        ("not known", "placeholder"),
        ("Don't know", "placeholder"),
        ("N/A", "placeholder"),
        ("n.a.", "placeholder"),
        ("none", "placeholder"),
        ("NULL", "placeholder"),
        ("test", "placeholder"),
        ("XXX", "placeholder"),
        ("x.x", "placeholder"),
        ("Baby", "placeholder"),
        ("BABY OF SARAH", "placeholder"),
        ("Infant", "placeholder"),
        ("female", "placeholder"),
        ("-", "placeholder"),
        ("?", "placeholder"),
        ("(1847-1939)", "placeholder"),
        ("Refused", "prefer_not_to_say"),
        ("Prefer not to say", "prefer_not_to_say"),
        ("NOT STATED", "not_stated"),
        ("Not applicable", "does_not_apply"),
    ],
)
def test_what_is_no_name_is_missing_for_a_reason(raw, reason):
    row = names.first_name(raw)
    assert row.values == (None, None, None, reason)
    assert row.fired == (() if reason == "not_answered" else (reason,))


def test_a_name_has_its_initial_and_its_sound():
    assert names.first_name("Stephen").values == ("STEPHEN", "S", "STFN", None)
    assert names.first_name("Steven").values[2] == "STFN"
    assert names.surname("王").values == ("王", "王", None, None)


@pytest.mark.parametrize(
    ("raw", "first", "middle", "last"),
    [
        ("abel william golden", "ABEL", "WILLIAM", "GOLDEN"),
        ("vaughan cornish", "VAUGHAN", None, "CORNISH"),
        ("willie", "WILLIE", None, None),
        ("Golden, Abel William", "ABEL", "WILLIAM", "GOLDEN"),
        ("VAN DER BERG, Anna", "ANNA", None, "VAN DER BERG"),
        ("Anna Maria van der Berg", "ANNA", "MARIA", "VAN DER BERG"),
        ("Sir Thomas de la Rue", "THOMAS", None, "DE LA RUE"),
        ("Smith, Dr John", "JOHN", None, "SMITH"),
        ("John Smith, Jr", "JOHN", None, "SMITH"),
        ("John Mc Donald", "JOHN", "MC", "DONALD"),
        ("Smith-Jones, Ann-Marie Jo", "ANN", "MARIE JO", "SMITH JONES"),
        ("Smith,", "SMITH", None, None),
        (", John", "JOHN", None, None),
    ],
)
def test_full_names_are_taken_apart(raw, first, middle, last):
    values = names.full_name(raw).values
    assert (values[0], values[4], values[7]) == (first, middle, last)


def test_a_full_name_that_is_missing_gives_three_reasons():
    row = names.full_name("unknown")
    assert [row.values[at] for at in (3, 6, 10)] == ["placeholder"] * 3
    assert names.full_name("willie").values[10] == "not_answered"


def test_every_rule_that_changes_a_name_is_named():
    assert names.first_name("Dr. José-María O'Neil 3rd").fired == (
        "upper_case",
        "diacritics",
        "apostrophes",
        "full_stops",
        "punctuation_and_digits",
        "titles",
    )
    assert names.full_name("SMITH, DR JOHN").fired == ("punctuation_and_digits", "spaces", "titles")
    assert names.surname("SMITH").fired == ()

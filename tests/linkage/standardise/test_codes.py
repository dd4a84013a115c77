import pytest

from linkage.standardise import contact, person_number, plain, postcodes, sex


@pytest.mark.parametrize(
    ("raw", "postcode"),
    [
        ("LS24 8DD", "LS24 8DD"),
        ("ls248dd", "LS24 8DD"),
        (" Ls24  8dd ", "LS24 8DD"),
        ("LS24-8DD", "LS24 8DD"),
        ("M1 1AE", "M1 1AE"),
        ("B33 8TH", "B33 8TH"),
        ("W1A 1HQ", "W1A 1HQ"),
        ("CR2 6XH", "CR2 6XH"),
        ("EC1A 1BB", "EC1A 1BB"),
        ("DN55 1PT", "DN55 1PT"),
        ("LS24 8D0", None),
        ("LSZ4 8DD", None),
        ("LS24 ODD", "LS24 0DD"),
        ("LS2A IDD", "LS2A 1DD"),
        ("LSI4 8DD", "LS14 8DD"),
        ("0X1 2JD", "OX1 2JD"),
    ],
)
def test_uk_postcodes(raw, postcode):
    assert postcodes.uk_postcode(raw).values[0] == postcode


def test_a_uk_postcode_has_its_parts():
    assert postcodes.uk_postcode("ls248dd").values == ("LS24 8DD", "LS24 8", "LS24", "LS", None)
    assert postcodes.uk_postcode("W1A 1HQ").values == ("W1A 1HQ", "W1A 1", "W1A", "W", None)


@pytest.mark.parametrize(
    ("raw", "district"),
    [("LS24", "LS24"), ("e7", "E7"), ("al7 ref", "AL7"), ("HJ1", None), ("BF4 x", "BF4")],
)
def test_an_outward_part_alone_keeps_its_district(raw, district):
    row = postcodes.uk_postcode(raw)
    assert row.values[0] is None
    assert row.values[2] == district
    assert row.values[-1] == "invalid"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("ZZ99 3VZ", "placeholder"),
        ("zz993vz", "placeholder"),
        ("UNKNOWN", "placeholder"),
        ("", "not_answered"),
        ("no fixed abode", "invalid"),
        ("12345", "invalid"),
        (".A", "invalid"),
        (";", "placeholder"),
    ],
)
def test_what_is_no_uk_postcode(raw, reason):
    assert postcodes.uk_postcode(raw).values == (None, None, None, None, reason)


@pytest.mark.parametrize(
    ("raw", "code", "reason"),
    [
        ("98101-1234", "981011234", None),
        ("k1a 0b1", "K1A0B1", None),
        ("2222", "2222", None),
        ("00000", None, "placeholder"),
        ("99999-9999", None, "placeholder"),
        ("", None, "not_answered"),
    ],
)
def test_plain_postcodes(raw, code, reason):
    assert postcodes.plain_postcode(raw).values == (code, reason)


@pytest.mark.parametrize(
    ("raw", "codes", "letter", "reason"),
    [
        ("M", {}, "M", None),
        (" female ", {}, "F", None),
        ("Woman", {}, "F", None),
        ("boy", {}, "M", None),
        ("x", {}, "X", None),
        ("1", {}, None, "invalid"),
        ("1", {"1": "F", "2": "M"}, "F", None),
        ("2", {"1": "F", "2": "M"}, "M", None),
        ("k", {"K": "female"}, "F", None),
        ("9", {"9": "not_stated"}, None, "not_stated"),
        ("F", {"1": "M"}, "F", None),
        ("t2227949951", {}, None, "invalid"),
        ("unknown", {}, None, "placeholder"),
        ("", {}, None, "not_answered"),
    ],
)
def test_sex(raw, codes, letter, reason):
    assert sex.sex(raw, codes).values == (letter, reason)


@pytest.mark.parametrize(
    ("raw", "address", "user"),
    [
        ("Joe.Blow@Example.COM", "joe.blow@example.com", "joe.blow"),
        ("<mailto:joe@x.org>", "joe@x.org", "joe"),
        ("joe @ x.org", "joe@x.org", "joe"),
        ("joe@xorg", "joe@xorg", "joe"),
        ("joex.org", "joex.org", None),
    ],
)
def test_email(raw, address, user):
    assert contact.email(raw).values == (address, user, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("noemail@nhs.net", "placeholder"), ("none", "placeholder"), ("joe", "invalid")],
)
def test_no_email(raw, reason):
    assert contact.email(raw).values == (None, None, reason)


def test_a_slip_in_an_email_is_counted():
    assert contact.email("a@b@c.org").fired == ("malformed_address",)


@pytest.mark.parametrize(
    ("raw", "digits"),
    [
        ("01632 960001", "01632960001"),
        ("+44 1632 960001", "01632960001"),
        ("+44 (0)1632 960001", "01632960001"),
        ("0044 1632 960001", "01632960001"),
        ("447700900123", "07700900123"),
        ("(07700) 900-123", "07700900123"),
        ("01632 960001 ext 12", "01632960001"),
        ("+1 202 555 0143", "12025550143"),
        ("07 46815063", "0746815063"),
    ],
)
def test_phone(raw, digits):
    assert contact.phone(raw).values == (digits, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("0000000000", "placeholder"),
        ("09999999999", "placeholder"),
        ("999", "placeholder"),
        ("1234", "invalid"),
        ("1" + "23" * 10, "invalid"),
        ("ask her", "invalid"),
    ],
)
def test_no_phone(raw, reason):
    assert contact.phone(raw).values == (None, reason)


@pytest.mark.parametrize(
    ("raw", "number", "reason"),
    [
        ("943 476 5919", "9434765919", None),  # the example of the NHS Data Dictionary
        ("943-476-5919", "9434765919", None),
        ("9434765918", None, "invalid"),
        ("1000000000", None, "invalid"),  # remainder 10: no such number is issued
        ("943476591", None, "invalid"),
        ("1111111111", None, "placeholder"),
        ("NHS", None, "invalid"),
        ("", None, "not_answered"),
    ],
)
def test_nhs_numbers(raw, number, reason):
    assert person_number.nhs_number(raw).values == (number, reason)


def test_one_changed_digit_is_always_found():
    for at in range(10):
        for digit in "0123456789":
            changed = "9434765919"[:at] + digit + "9434765919"[at + 1 :]
            assert person_number.valid_nhs_number(changed) == (changed == "9434765919")


@pytest.mark.parametrize(
    ("raw", "number"), [("724-41-5875", "724415875"), ("qq 12 34 56 c", "QQ123456C")]
)
def test_plain_numbers(raw, number):
    assert person_number.plain_number(raw).values == (number, None)


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("3", 3.0, None),
        (" -2.5 ", -2.5, None),
        ("1,234,567.5", 1234567.5, None),
        ("1,23", None, "invalid"),
        ("nan", None, "invalid"),
        ("inf", None, "invalid"),
        ("n/a", None, "placeholder"),
        ("", None, "not_answered"),
    ],
)
def test_numbers(raw, value, reason):
    assert plain.number(raw).values == (value, reason)


@pytest.mark.parametrize(
    ("raw", "values", "reason"),
    [
        ("b|a|b", ["A", "B"], None),
        ("b\x1fa", ["A", "B"], None),
        ("a||unknown", ["A"], None),
        ("unknown|", None, "placeholder"),
        ("||", None, "not_answered"),
    ],
)
def test_arrays(raw, values, reason):
    assert plain.array(raw, "|").values == (values, reason)

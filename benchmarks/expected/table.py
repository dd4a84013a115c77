"""The sums as a Markdown page, the misses too."""

from collections.abc import Iterable, Mapping

_HEADER = """# Expected matches beside the truth

Sums of match probabilities over all candidates, every decision by default, beside the true pairs
among the candidates; of a group where it has 300 true pairs. `raw`: splink's match probability of
single pairs. `normalised`: probabilities that compete for records, u and the share of partners by
group (S): what the product publishes. `two qualities` and `fabl`: the other models of the range.
`calibrated`: best candidates, calibrated on a simulated review of 1,000 records without error;
empty where that holds fewer than 20 matches or other records, and where several partners are
possible. `off`: normalised against true.

Where records are sought within one source, nothing competes and no normalised sum exists.
The bars: within 1 % where both sources hold each person once, within 3 % by group. Made by
`make bench-expected`.

| set | group | true | raw | normalised | two qualities | fabl | calibrated | off | bar |
|---|---|---|---|---|---|---|---|---|---|
"""


def table(records: Iterable[Mapping[str, object]]) -> str:
    """Return the records as one Markdown page."""
    return _HEADER + "".join(_row(record) for record in records)


def _row(record: Mapping[str, object]) -> str:
    group = "all"
    if record["characteristic"] is not None:
        group = f"{record['characteristic']}: {record['group']}"
    names = ("raw", "model_normalised", "model_two_quality", "fabl", "calibrated")
    sums = ["" if record[n] is None else f"{record[n]:,.0f}" for n in names]
    cells = [str(record["set"]), group, f"{record['true']:,}", *sums, *_judged(record)]
    return "| " + " | ".join(cells) + " |\n"


def _judged(record: Mapping[str, object]) -> tuple[str, str]:
    found, true = record["model_normalised"], record["true"]
    if found is None:
        return "", ""
    off = float(str(found)) / float(str(true)) - 1
    limit = 0.01 if record["characteristic"] is None else 0.03
    asked = record["one_to_one"] or record["characteristic"] is not None
    met = "met" if abs(off) <= limit else "missed"
    return f"{off:+.2%}", met if asked else ""

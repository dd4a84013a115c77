"""``link explain RUN ID ID``: why a pair has its weight. For those who may see the records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from quality.explain.explanation import Explanation
    from quality.explain.pair import Member
    from quality.explain.weights import Part


def explain(
    run: Annotated[Path, typer.Argument(readable=False, help="The folder of a finished run.")],
    first: Annotated[str, typer.Argument(metavar="ID", help="The id of a record.")],
    second: Annotated[str, typer.Argument(metavar="ID", help="The id of another.")],
    source: Annotated[
        str | None, typer.Option(help="The source of the first record, where ids are ambiguous.")
    ] = None,
    other: Annotated[str | None, typer.Option(help="The source of the second record.")] = None,
    values: Annotated[
        bool, typer.Option("--values", help="Show ids and the standardised values compared, too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show why two records have their match weight, and what became of the pair.

    Needs the right to read the run's restricted folder. That somebody asked is logged, and not of
    whom.
    """
    from quality.explain.explanation import explain as explained

    found = explained(run, (first, second), source, other, values)
    typer.echo(json.dumps(_record(found, values)) if as_json else "\n".join(_lines(found, values)))


def _lines(found: Explanation, values: bool) -> Iterator[str]:
    yield "About two people's records: not to leave."
    yield " and ".join(_member(each, values) for each in found.pair.members)
    yield ""
    width = max(len(each.comparison.name) for each in found.parts)
    wide = max(12, *(len(each.level) for each in found.parts))
    yield f"{'Comparison':{width}}  {'Level':{wide}}  {'m':>8}  {'u':>8}  {'Weight':>7}  Frequency"
    for part in found.parts:
        yield f"{part.comparison.name:{width}}  {part.level:{wide}}  {_figures(part)}".rstrip()
        for name, left, right in part.values if values else ():
            yield f"    {name}: {_shown(left)} | {_shown(right)}"
    yield ""
    yield f"Prior, log2 odds            {found.log2_prior_odds:+9.2f}"
    yield f"All comparisons             {found.match_weight - found.log2_prior_odds:+9.2f}"
    yield f"Match weight                {found.match_weight:+9.2f}"
    yield f"Probability of the pair alone {found.match_probability:9.6f}"
    yield from _scored(found)
    yield ""
    for number, (name, met) in enumerate(found.rules, 1):
        kind = "match-key" if number <= found.n_keys else "rule"
        yield f"{'meets' if met else '     '} {kind} {number}: {name}"
    yield ""
    yield f"The pair is {found.decision.outcome}."
    yield from found.decision.reasons


def _member(member: Member, values: bool) -> str:
    """Return whose record it is; the id too where values are asked for."""
    return f"{member.source} {member.record_id}" if values else f"a record of {member.source}"


def _figures(part: Part) -> str:
    if part.m is None or part.u is None:
        return f"{'':>8}  {'':>8}  {part.weight:+7.2f}"
    adjusted = "" if part.frequent is None else f"{part.frequency:+.2f} ({part.frequent})"
    return f"{part.m:8.5f}  {part.u:8.5f}  {part.weight:+7.2f}  {adjusted}"


def _scored(found: Explanation) -> Iterator[str]:
    if found.scored is None or found.against is None:
        return
    yield f"Same household, log2 ratio  {found.scored.w_household:+9.2f}"
    yield f"What that takes off         {found.against:+9.2f}"
    yield f"Probability beside all other candidates {found.scored.p_record:.6f}"
    if found.scored.p_unmatched is not None:
        yield f"Probability that there is no partner    {found.scored.p_unmatched:.6f}"


def _shown(value: object) -> str:
    return "(missing)" if value is None else str(value)


def _record(found: Explanation, values: bool) -> dict[str, object]:
    scored = found.scored
    return {
        "left": _member_record(found.pair.left, values),
        "right": _member_record(found.pair.right, values),
        "comparisons": [_part(each, values) for each in found.parts],
        "log2_prior_odds": found.log2_prior_odds,
        "match_weight": found.match_weight,
        "match_probability": found.match_probability,
        "w_household": None if scored is None else scored.w_household,
        "p_record": None if scored is None else scored.p_record,
        "p_unmatched": None if scored is None else scored.p_unmatched,
        "rules": [{"rule": name, "met": met} for name, met in found.rules],
        "outcome": found.decision.outcome,
        "reasons": list(found.decision.reasons),
    }


def _member_record(member: Member, values: bool) -> dict[str, object]:
    return {"source": member.source, **({"record_id": member.record_id} if values else {})}


def _part(part: Part, values: bool) -> dict[str, object]:
    shown = {name: [_plain(left), _plain(right)] for name, left, right in part.values}
    return {
        "comparison": part.comparison.name,
        "level": part.level,
        "m": part.m,
        "u": part.u,
        "weight": part.weight,
        "term_frequency": part.frequency,
        **({"values": shown} if values else {}),
    }


def _plain(value: object) -> str | None:
    return None if value is None else str(value)

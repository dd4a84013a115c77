"""What a reader knows of the counts behind releases, as whole numbers in linear constraints.

Written from what is documented of the released tables, and from nothing of disclosure control's own
program: which counts add up to which, which are parts of which, how figures were rounded, and that
a row is left out where it, or one beside it, is small.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from benchmarks.disclosure.across import add_across
from benchmarks.disclosure.facts import (
    ASKED,
    CANDIDATE,
    DECIDED,
    DROPPED,
    LACKING,
    LINKED_AT,
    LINKED_FINDABLE,
    LOST,
    MATCHES,
    MISSING,
    NO_LIMIT,
    NOT_APPLICABLE,
    NOT_HELD,
    NOT_LINKED,
    OBSERVED,
    PATTERNS,
    READ,
    RECORDS,
    RIGHT,
    THROUGH,
    UNKNOWN,
    Constraint,
    Count,
    Known,
    Terms,
    counted,
    is_listed,
    named,
    records,
)
from benchmarks.disclosure.margins import add_margins, add_sum
from benchmarks.disclosure.released import Counted, Key, Release

Place = tuple[str, str]


def known(releases: Sequence[Release]) -> Known:
    """Return what a reader of all the releases knows."""
    result = Known()
    for at, release in enumerate(releases):
        _Reader(at, release, result).read()
    add_across(releases, result)
    return result


class _Reader:
    """Turns the rows of one release into constraints."""

    def __init__(self, at: int, release: Release, result: Known) -> None:
        self.at, self.release, self.result = at, release, result
        rows = release.rows
        self.not_held = {
            (key.source, key.variable)
            for key, row in rows.items()
            if key.stage == NOT_HELD and row.k is not None and row.k == row.n
        }
        self.rows = {k: r for k, r in rows.items() if (k.source, k.variable) not in self.not_held}
        self.families: dict[Key, dict[Place, Key]] = defaultdict(dict)
        for key in self.rows:
            family = key._replace(characteristic="", group="")
            self.families[family][key.characteristic, key.group] = key
        self.stages = _alike(self.rows, stage="")
        self.variables = _alike(self.rows, variable="")
        self.places = _alike(self.rows, **dict.fromkeys(_NOT_OF_PLACE, ""))
        self.readers = {
            **dict.fromkeys(PATTERNS, self._pattern),
            LINKED_FINDABLE: self._findable,
            LACKING: self._lacking,
            MATCHES: self._true,
        }

    def read(self) -> None:
        """Add everything that this release tells."""
        for key, row in self.rows.items():
            self._figures(key, row)
        for key in self.rows:
            self._parts(key)
        for family, places in self.families.items():
            self._margins(family, places)
        self._files()
        self._unknown()

    def count(self, key: Key) -> Count:
        """Return the variable of a count."""
        found = Count(self.at, key)
        self.result.counts.setdefault(found)
        return found

    def _figures(self, key: Key, row: Counted) -> None:
        """Add what the figures of a row say, and that shown counts are not small."""
        n, k = self.count(records(key)), self.count(counted(key))
        base, least = self.release.rounding, self.release.threshold
        for value, of in ((row.n, n), (row.k, k)):
            if value is not None:
                low, high = value - base // 2, value + (base - 1) // 2
                self.result.constraints.append(Constraint({of: 1}, max(low, least), high))
        self.result.is_people(named("n", n), {n: 1})
        self.result.is_people(named("k", k), {k: 1})
        if k != n:
            self.result.is_people(named("rest", k), {n: 1, k: -1})
            if row.k is not None and key.measure not in PATTERNS:
                self.result.constraints.append(Constraint({n: 1, k: -1}, least, NO_LIMIT))
        if is_listed(key):
            self.result.constraints.append(Constraint({k: 1}, 1, NO_LIMIT))

    def _at(self, key: Key, **changes: str) -> Count | None:
        """Return the count of a row like ``key`` but for ``changes``; None where there is none."""
        other = key._replace(**changes)
        return self.count(other) if other in self.rows else None

    def _less(self, name: str, whole: Count, *parts: Count) -> Terms:
        """Add that what is left of a whole without its parts is a number of people."""
        terms = {whole: 1, **dict.fromkeys(parts, -1)}
        self.result.is_people(named(name, whole), terms)
        return terms

    def _parts(self, key: Key) -> None:
        if key.measure in DECIDED:
            before = self._at(key, measure=CANDIDATE, stage="block")
            if before is not None:
                self._less(f"lost before {key.measure}", before, self.count(key))
            self._thresholds(key, before)
        elif key.measure in MISSING and not key.stage:
            self._missing(key)
        elif key.measure == THROUGH:
            self._through(key)
        else:
            reader = self.readers.get(key.measure)
            if reader is not None:
                reader(key)

    def _thresholds(self, key: Key, before: Count | None) -> None:
        """Add: who is linked at a threshold is at every looser one, and had a candidate before."""
        others = self.variables.get(key._replace(measure=LINKED_AT, variable=""), [])
        by_odds = {float(each.variable.split()[-1]): self.count(each) for each in others}
        linked = {**by_odds, 1.0: self.count(key)}
        chain = [linked[odds] for odds in sorted(linked)]
        if before is not None and others:
            chain.insert(0, before)
        for looser, stricter in pairwise(chain):
            of = stricter.key.variable or "linked"
            self._less(f"no longer linked at {of}, of {key.measure}", looser, stricter)

    def _true(self, key: Key) -> None:
        """Add: missed matches are split up by where they were lost, and each link is right or not.

        Who is linked to another than their partner has a false link; who is linked to nobody and
        has a partner was lost at blocking or to the threshold.
        """
        matches, right = self.count(key), self.count(key._replace(measure=RIGHT))
        lost = [self.count(key._replace(measure=each)) for each in LOST]
        linked = self.count(key._replace(measure="linked", stage="decide"))
        self._less("missed", matches, right)
        self._less("false links", linked, right)
        self.result.equal({matches: 1, right: -1, **dict.fromkeys(lost, -1)})
        blocked_out, under_threshold, elsewhere = lost
        unlinked = {self.count(records(key)): 1, linked: -1}
        for rest in (
            {linked: 1, right: -1, elsewhere: -1},
            {**unlinked, blocked_out: -1, under_threshold: -1},
        ):
            self.result.constraints.append(Constraint(rest, 0, NO_LIMIT))

    def _findable(self, key: Key) -> None:
        """Add: findable ones are a part of the records, and linked ones of those linked."""
        all_records = Key(RECORDS, key.source, "", "", "", key.characteristic, key.group)
        self._less("not findable", self.count(all_records), self.count(records(key)))
        linked = self._at(key, measure="linked")
        if linked is not None:
            self._less("linked, not findable", linked, self.count(key))

    def _lacking(self, key: Key) -> None:
        """Add: whoever lacks an identifier lacks this one or another."""
        each = [
            self.count(other)
            for other in self.places[key._replace(**dict.fromkeys(_NOT_OF_PLACE, ""))]
            if other.measure == "missing_identifier" and not other.stage
        ]
        for one in each if len(each) > 1 else ():
            self._less(f"lack another than {one.key.variable}", self.count(key), one)
        if each:
            terms = {**dict.fromkeys(each, 1), self.count(key): -1}
            self.result.constraints.append(Constraint(terms, 0, NO_LIMIT))

    def _missing(self, key: Key) -> None:
        """Add: missing = the sum over reasons; with a value = records - missing - not asked."""
        reasons = [each for each in self.stages[key] if each.stage]
        counted_as = [self.count(each) for each in reasons if each.stage != NOT_APPLICABLE]
        if counted_as:
            self.result.equal({self.count(key): 1, **dict.fromkeys(counted_as, -1)})
        out = self._at(key, stage=NOT_APPLICABLE)
        if out is not None:
            self._less(
                f"observed {key.measure} {key.variable}",
                self.count(records(key)),
                self.count(key),
                out,
            )

    def _through(self, key: Key) -> None:
        """Add: records = linked + not linked; linked >= asked >= observed, the rest by reason."""
        if key.stage != OBSERVED:
            return
        linked = self._at(key, measure="linked", variable="", stage="decide")
        unlinked, asked = self._at(key, stage=NOT_LINKED), self._at(key, stage=ASKED)
        n, observed = self.count(records(key)), self.count(key)
        if unlinked is not None and linked is not None:
            self.result.equal({n: 1, linked: -1, unlinked: -1})
        if linked is None:
            return
        reasons = [
            each
            for each in self.stages[key._replace(stage="")]
            if each.stage not in {OBSERVED, ASKED, NOT_LINKED}
        ]
        never = {NOT_APPLICABLE, NOT_HELD}
        splits = [(linked, observed, reasons)]
        if asked is not None:
            splits = [
                (linked, asked, [each for each in reasons if each.stage in never]),
                (asked, observed, [each for each in reasons if each.stage not in never]),
            ]
        for whole, part, by_reason in splits:
            terms = self._less(f"lost {part.key.stage} {key.variable}", whole, part)
            if by_reason:
                of = dict.fromkeys((self.count(each) for each in by_reason), -1)
                self.result.equal({**terms, **of})

    def _pattern(self, key: Key) -> None:
        """Add, once a place: records = the sum over patterns; each variable's part of them."""
        alike = self.variables[key._replace(variable="")]
        if alike[0] != key:
            return
        parts = {each.variable: self.count(each) for each in alike}
        self.result.equal({self.count(records(key)): 1, **dict.fromkeys(parts.values(), -1)})
        others = parts.get("other patterns")
        for total, name in self._totals(key):
            holding = [part for label, part in parts.items() if name in label.split(" + ")]
            if others is None:
                if holding:
                    self.result.equal({total: 1, **dict.fromkeys(holding, -1)})
                continue
            joined = self._less(f"in other patterns {name}", total, *holding)
            without = {others: 1, **{each: -sign for each, sign in joined.items()}}
            self.result.is_people(named(f"not in other patterns {name}", others), without)

    def _totals(self, key: Key) -> Iterator[tuple[Count, str]]:
        """Yield the counts that patterns split up, with what each is called in them."""
        for each in self.places[key._replace(**dict.fromkeys(_NOT_OF_PLACE, ""))]:
            if key.measure == "link_pattern" and each.measure == "linked":
                yield self.count(each), each.other
            if key.measure == "missing_pattern" and not each.stage:
                if each.measure == "missing_identifier":
                    yield self.count(each), each.variable
                if each.measure == "missing_variable":
                    yield self.count(each), f"variable {each.variable}"

    def _margins(self, family: Key, places: Mapping[Place, Key]) -> None:
        """Add: all = the sum of the groups; a group = the sum of the cells it is crossed into."""
        parts: list[Callable[[Key], Key]] = [counted]
        parts += [records] if family.measure == LINKED_FINDABLE else []
        for part in parts:
            tables: dict[str, dict[str, Count]] = defaultdict(dict)
            for (characteristic, group), key in places.items():
                tables[characteristic][group] = self.count(part(key))
            trees = [t for t in self.release.trees if t.source == family.source]
            add_margins(self.result, tables, trees)

    def _files(self) -> None:
        """Add: rows read = records + rows left out."""
        for key in self.rows:
            if key.measure == READ:
                kept = Key(RECORDS, key.source, "", "", "", "", "")
                dropped = [
                    self.count(each)
                    for each in self.rows
                    if each.measure == DROPPED and each.source == key.source
                ]
                add_sum(self.result, self.count(records(key)), [self.count(kept), *dropped])

    def _unknown(self) -> None:
        """Add: records of unknown group = records whose group is missing or does not apply."""
        for key in list(self.rows):
            if key.measure == "missing_group" and not key.stage and not key.characteristic:
                unknown = Key(RECORDS, key.source, "", "", "ingest", key.variable, UNKNOWN)
                if unknown in self.rows:
                    out = self._at(key, stage=NOT_APPLICABLE)
                    parts = [self.count(key), *([] if out is None else [out])]
                    add_sum(self.result, self.count(records(unknown)), parts)


_NOT_OF_PLACE = ("measure", "other", "variable", "stage")


def _alike(keys: Iterable[Key], **changes: str) -> dict[Key, list[Key]]:
    """Return the keys that are the same but for what is changed, by what they have in common."""
    found: dict[Key, list[Key]] = defaultdict(list)
    for key in keys:
        found[key._replace(**changes)].append(key)
    return found

"""Tables by intersections of which next to nothing could be shown are left out whole."""

from linkage.config.group_names import CROSS
from quality import measures
from quality.release.crossings import sparse_crossings
from quality.tally import Tally


def table(measure, characteristic, counts):
    return [
        Tally(
            measure=measure,
            source="census",
            characteristic=characteristic,
            group=str(at),
            variable="surname",
            k=k,
            n=100,
        )
        for at, k in enumerate(counts)
    ]


def test_mostly_small_tables_of_missing_values_by_an_intersection_go_whole():
    sparse = table(measures.MISSING_IDENTIFIER, CROSS.join(["age", "sex"]), [3, 12, 0, 9])
    half = table(measures.MISSING_IDENTIFIER, CROSS.join(["age", "region"]), [3, 12, 0, 19])
    plain = table(measures.MISSING_IDENTIFIER, "age", [3, 2, 0, 9])
    links = table(measures.LINKED, CROSS.join(["age", "sex"]), [3, 2, 0, 9])
    assert sparse_crossings([*sparse, *half, *plain, *links], 10) == frozenset(sparse)

"""Long series in which nothing changes: batches drawn again from the records of one real batch.

What links, misses and agrees in a record goes together as it did, and so do its groups; only
chance tells batches apart. Every batch is counted, tested and handed on by the product's own code.
"""

import tempfile
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.drift.waves import linked
from quality.drift.advancing import Brought, advance
from quality.drift.counting import Cohort
from quality.drift.state import State

BATCHES, RECORDS = 24, 3_000
_THRESHOLD = 10


def quiet(people: int, batches: int, records: int, seed: int) -> dict[str, Any]:
    """Return the new alarms of a series, by the number of the batch that raised them.

    Whatever is found is taken for accepted, as a person would: the series goes on from there.
    """
    pool = _pool(people, seed)
    random = np.random.default_rng(seed)
    characteristics = [name[6:] for name in pool.column_names if name.startswith("group_")]
    state, alarms = State({}), []
    with duckdb.connect(config={"threads": 1}) as connection:
        for number in range(1, batches + 1):
            batch = pool.take(pa.array(random.integers(0, pool.num_rows, records)))
            connection.register("batch", batch)
            cohort = Cohort(connection, "batch", batch.column_names, characteristics)
            brought = {"register": Brought(cohort.counted(), cohort.share)}
            state = advance(state, brought, _THRESHOLD).of(str(number))
            if state.alarms:
                alarms += [{"batch": number, "of": list(each.cell)} for each in state.alarms]
                state = state.accepted().of(str(number))
    return {"seed": seed, "alarms": alarms}


def _pool(people: int, seed: int) -> pa.Table:
    """Return the register's records of all waves of a population without drift."""
    with tempfile.TemporaryDirectory(prefix="drift-") as temporary:
        runs = linked(Path(temporary), people, seed, drift=False, keep=("cohort_*",))
        return pa.concat_tables(
            [pq.read_table(run / "restricted" / "cohort_register.parquet") for run, _ in runs]
        )

import duckdb
import pytest

from linkage.sql import identifier


@pytest.fixture(scope="session")
def label_of():
    """Return the label of the level at which two hand-made records stand.

    Columns are text; ``types`` names the others.
    """
    connection = duckdb.connect()

    def label(comparison, left, right, types=None):
        names = [(column, side) for column in comparison.columns for side in ("l", "r")]
        values = [{"l": left, "r": right}[side].get(column) for column, side in names]
        sides = ", ".join(
            f"?::{(types or {}).get(column, 'VARCHAR')} AS {identifier(f'{column}_{side}')}"
            for column, side in names
        )
        asked = f"SELECT {comparison.gamma_sql()} FROM (SELECT {sides})"
        ((gamma,),) = connection.execute(asked, values).fetchall()
        if gamma == -1:
            return "missing"
        return comparison.scored[len(comparison.scored) - 1 - gamma].label

    yield label
    connection.close()

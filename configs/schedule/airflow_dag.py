"""Link what was delivered, every night, from Airflow 3: put this file into the folder of DAGs.

The worker runs the toolkit where it is installed (``LINKAGE``) with one configuration
(``LINKAGE_CONFIG``). What may pass by itself is tried again: no room or memory (74), another run
that holds the lock (75). What needs a person fails at once: configuration (2), data (3), a gate
(4), permission (5), our fault (70). A run that is tried again goes on where it was.
"""

import os
import subprocess
from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

LINKAGE = os.environ.get("LINKAGE", "/opt/linkage/bin/linkage")
CONFIG = os.environ.get("LINKAGE_CONFIG", "/etc/linkage/config.yaml")
PASSING = {74, 75}


def linkage(*arguments: str) -> str:
    """Call the toolkit, its log in the task's; return the last line that it prints."""
    done = subprocess.run([LINKAGE, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode in PASSING:
        raise AirflowException(f"linkage ended with {done.returncode}: tried again")
    if done.returncode:
        raise AirflowFailException(f"linkage ended with {done.returncode}: a person must look")
    return done.stdout.strip().rpartition("\n")[2]


@dag(
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=15)},
    tags=["linkage"],
)
def linkage_batch() -> None:
    """Link the new deliveries; then prove that the run holds."""

    @task(execution_timeout=timedelta(hours=12))
    def link() -> str:
        return linkage("batch", CONFIG, "--log-format", "plain")

    @task
    def verify(run: str) -> str:
        return linkage("verify", run)

    verify(link())


linkage_batch()

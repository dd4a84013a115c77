"""T0xx: a table does not hold what its contract promises. A fault of ours, or a damaged run."""

from linkage.config.codes import Entry

CONTRACT: dict[str, Entry] = {
    "T001": Entry(
        "a table breaks its contract",
        "A stage wrote a table whose columns, types or key are not those that the next stage "
        "was promised.",
        "This is a fault in the program, not in your data: report it with the message. "
        "Starting the run again from the beginning may help if its folder was damaged.",
    ),
    "T002": Entry(
        "a query failed",
        "The database refused a query of ours. What it said is not shown: it may quote data.",
        "This is a fault in the program: report it with the message.",
    ),
    "T003": Entry(
        "a stage failed",
        "A stage ended with an exception that was not foreseen. Its text is not shown: it may "
        "quote data. Where it arose stands in restricted/log.jsonl.",
        "This is a fault in the program: report it with the message and the frames in the log. "
        "Run again to go on from the last stage that is done.",
    ),
    "T004": Entry(
        "stages do not fit together",
        "A stage reads what none before it writes, or two stages write the same file.",
        "This is a fault in the program: report it with the message.",
    ),
    "T005": Entry(
        "a stage did not write what it promised",
        "A stage ended without one of the tables or files that later stages read.",
        "This is a fault in the program: report it with the message.",
    ),
}

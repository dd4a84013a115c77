"""C2xx: the configuration against the data it names, and the machine it runs on."""

from linkage.config.codes import Entry

AGAINST_DATA: dict[str, Entry] = {
    "C201": Entry(
        "the file has no such column",
        "The configuration names a column that the source's file does not hold.",
        "Write the name shown, as it stands in the file; capitals count.",
    ),
    "C202": Entry(
        "dates that the formats do not read",
        "Some rows hold text that none of the column's date formats can read. It is a warning "
        "when they are few, as slips are, and an error when the format must be wrong or a second "
        "format stands in the column. The message says how many rows, never which values.",
        "Write the format shown, or a list of all formats that the column holds: "
        '`format: ["%d/%m/%Y", "%Y-%m-%d"]`.',
    ),
    "C203": Entry(
        "a column for blocking is empty",
        "A blocking rule or match-key uses a column that holds no value at all in one source, so "
        "the rule finds no pair.",
        "Check that the right column is mapped, or choose another rule.",
    ),
    "C204": Entry(
        "codes of sex that nobody can tell",
        "A column of sex holds digits and the configuration does not say what they stand for. "
        "The census writes 1 for female and 2 for male, health systems the other way round, so "
        "nothing may be assumed.",
        "Write `codes: {1: F, 2: M}` or `codes: {1: M, 2: F}`, whichever the source's own "
        "documentation says.",
    ),
    "C205": Entry(
        "a date without a format",
        "A column of dates is text, and no format is given. Only forms that can be read in one "
        "way, such as 2021-03-21, are read without one.",
        "Write the column's `format`; the one that fits the data is shown where there is one.",
    ),
    "C206": Entry(
        "a filter that fits no row (warning)",
        "`keep` or `drop` names a value that no row of the source holds.",
        "Compare the spelling with the source's own documentation; capitals count.",
    ),
    "C207": Entry(
        "a sex that is not understood (warning)",
        "Some rows of a column of sex hold a word or code that is neither known nor explained by "
        "`codes`. They will be missing.",
        "Add the codes to `codes`, each with F, M, X or a missing reason such as not_stated.",
    ),
    "C208": Entry(
        "no such characteristic in the run",
        "`link score --by` was given a name that is not under `groups` in the run's configuration.",
        "Give one that is, or add it to `groups` and run again.",
    ),
    "C209": Entry(
        "Spark is not installed",
        "`engine.backend` is `spark`, and the Python package `pyspark` is not there.",
        'Run `pip install "linkage-toolkit[spark]"`, or write `backend: duckdb`.',
    ),
    "C210": Entry(
        "no Java for Spark",
        "`engine.backend` is `spark`, and neither `JAVA_HOME` nor the search path leads to Java.",
        "Install Java 17 or later (a headless runtime is enough), or set `JAVA_HOME`.",
    ),
    "C211": Entry(
        "Spark did not start",
        "Spark was there and gave no session: the master in `engine.spark.master` does not answer, "
        "a setting in `engine.spark.conf` is refused, or Java is older than 17.",
        "Try the same master and settings with `pyspark` on this machine; what Spark says of them "
        "is shown there.",
    ),
    "C212": Entry(
        "no such group of users",
        "`disclosure.release_group` names a Unix group that this machine does not know.",
        "Ask whoever administers the machine to make it (`groupadd`), or write the name of one "
        "that `getent group` lists.",
    ),
    "C213": Entry(
        "not a member of the release group",
        "Only a member may give files to a group, and the user of this process is none.",
        "Ask whoever administers the machine for membership (`usermod -aG GROUP USER`), then log "
        "in again: a session keeps the groups it began with.",
    ),
    "C214": Entry(
        "a folder is closed to the release group",
        "The output folder, the folder of runs in it or `releases/` belongs to somebody else, or "
        "to another group that uses it. The release group could not reach what it has to check, "
        "and a run does not take a folder from others.",
        "Set `output` to a folder of your own, or have the folder opened to the group "
        "(`chgrp GROUP FOLDER`, then `chmod g+x`; `chmod 3770` for `releases/`).",
    ),
}

"""R48x: what is asked of a finished run, one table or one pair at a time."""

from linkage.config.codes import Entry

ASKING: dict[str, Entry] = {
    "R480": Entry(
        "no such source in the run",
        "`link table` or `link explain` was given a name with `--source` or `--other` that is not "
        "under `sources` in the run's configuration, or needs one and was given none.",
        "Give one of those listed.",
    ),
    "R481": Entry(
        "no such characteristic of the source",
        "`link table --by` was given a name that is not under `groups` in the run's configuration, "
        "or that another source holds.",
        "Give characteristics of the source; `--source` says which source that is.",
    ),
    "R482": Entry(
        "no such measure",
        "`link table --measure` was given a name that the run cannot count: links are counted for "
        "the focal source, missing values of what the source holds.",
        "Give one of those listed.",
    ),
    "R483": Entry(
        "too many characteristics for a table",
        "`link table --by` takes one to three characteristics, each once: more of them cross into "
        "cells that are too small to show.",
        "Ask by fewer.",
    ),
    "R484": Entry(
        "a run without what is asked of it",
        "A table or an explanation was asked of a run from which tables of its `restricted` folder "
        "were removed. The message names them.",
        "Run again, and ask the new run.",
    ),
    "R485": Entry(
        "nothing of the table may be shown",
        "Every count of the table lies under the threshold, or would tell one that does together "
        "with the run's release and the tables that were asked for before. Nothing was written.",
        "Ask by fewer characteristics, or by ones with larger groups.",
    ),
    "R486": Entry(
        "no such record",
        "`link explain` was given an id that no record of the run has, or none of the source that "
        "`--source` or `--other` names.",
        "Give ids as the sources have them. A record that a filter left out is in no run.",
    ),
    "R487": Entry(
        "not one pair of this run",
        "The two ids are of records that the run never compares, or an id stands in several "
        "sources, so that several pairs could be meant.",
        "Say with `--source` and `--other` which source each id is of.",
    ),
    "R488": Entry(
        "the records may not be read",
        "A table or an explanation is made from records. The folder `restricted` of the run is "
        "closed to the user who asks.",
        "Ask the owner of the run, or read its release.",
    ),
    "R489": Entry(
        "a secret that others can read",
        "The noise in tables hangs on a secret in the output folder. Its file is open to other "
        "users: who has read it could take the noise off again.",
        "Make the file private again (`chmod 600`), and find out who could have read it. A new "
        "secret gives every count new noise: remove the file only where no table has left yet.",
    ),
}

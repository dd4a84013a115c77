"""R62x: a run whose records are not as those before, and a person's word on it."""

from linkage.config.codes import Entry

DRIFTING: dict[str, Entry] = {
    "R620": Entry(
        "the run is held for drift",
        "`quality.gates.drift` is `hold`, and the records of a batch or run are not as those of "
        "the last in which nothing had changed. The run is finished and kept, but it is not the "
        "newest, its release is not approved, and the next batch does not build on it. Which "
        "groups it is, and what may be why, was told line by line, and stands in "
        "`restricted/drift.json`.",
        "Look at the records. If they are right, call the command again with "
        "`--accept-drift REASON`: the run becomes the newest, and from then on that is how records "
        "are. If not, have them delivered again: the next batch takes what lies there then.",
    ),
    "R621": Entry(
        "there is no drift to accept",
        "`--accept-drift` was given, and no run of this configuration waits and no alarm is open "
        "in its newest.",
        "Leave it out. `link batch` and `link run` tell every open alarm.",
    ),
    "R622": Entry(
        "drift is accepted for a reason",
        "`--accept-drift` was given without a reason. It is kept beside the run, in "
        "`restricted/accepted.json`, for whoever asks later.",
        "Write what was found and who decided.",
    ),
    "R623": Entry(
        "a release of a run that is held",
        "The release is of a run that is held, since its records are not as those before, and "
        "nobody has accepted it.",
        "Whoever runs the linkage looks at the alarms and accepts them with `--accept-drift "
        "REASON`, or has the records delivered again and the next run released.",
    ),
}

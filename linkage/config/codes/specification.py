"""What can be wrong with the specification of a synthetic population."""

from linkage.config.codes import Entry

SPECIFICATION: dict[str, Entry] = {
    "S101": Entry(
        "no such preset",
        "`link synth` was given a name that is neither a preset nor a file.",
        "Write the name of a preset, or the path of a file.",
    ),
    "S102": Entry(
        "no such name",
        "A characteristic, group, column, kind of mistake, list or source is named that does not "
        "exist.",
        "Write the name shown.",
    ),
    "S103": Entry(
        "impossible ages",
        "The ages of a source's target population are out of order, or older than people get.",
        "Write the youngest and the oldest age, `[16, 64]`.",
    ),
    "S104": Entry(
        "a sample that is no survey",
        "A source draws a sample, and its kind is not `survey`.",
        "Write `kind: survey`, or remove `sample`.",
    ),
    "S105": Entry(
        "a group without a code",
        "A source has codes of its own for a characteristic, and none for some group.",
        "Give every group a code.",
    ),
    "S106": Entry(
        "an impossible chance",
        "With its factors (and, for mistakes, in careless records) a chance is above 1 for some "
        "people.",
        "Lower the chance or its factors.",
    ),
    "S107": Entry(
        "two columns of one name",
        "Two columns of a source have the same name, or one is called `record_id`.",
        "Give each a name of its own.",
    ),
    "S108": Entry(
        "no date format",
        "`dates` is not a format in strptime codes with day, month and year.",
        'Write it as `"%d/%m/%Y"`.',
    ),
    "S151": Entry(
        "no such table",
        "Under `population.tables` a subject, table, setting or code is named that does not exist.",
        "Write the name shown.",
    ),
    "S152": Entry(
        "no table",
        "Under `population.tables` something stands where a set of settings, or a number for each "
        "code, belongs.",
        "Write it as the data file of the subject does.",
    ),
    "S153": Entry(
        "no such unit",
        "The unit of a table is none that it can have.",
        "Write one of those shown.",
    ),
    "S154": Entry(
        "no share or rate",
        "A figure of a table is not a number, or is negative.",
        "Write a number, 0 or more.",
    ),
    "S155": Entry(
        "figures missing",
        "A row of a table does not have a figure for every code.",
        "Write every code, with 0 where there is nothing.",
    ),
    "S156": Entry(
        "a distribution that does not sum to one",
        "The figures of a row do not sum to one, or to 100 where they are per cent.",
        "Make them sum to what is shown, or write `unit: weight`.",
    ),
    "S157": Entry(
        "a rate above one",
        "A rate is larger than certainty.",
        "Write a smaller one, or the unit in which it is meant.",
    ),
}

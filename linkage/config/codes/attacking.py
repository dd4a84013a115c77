"""R52x and D42x: what an attack on one's own encodings found, and what it was given."""

from linkage.config.codes import Entry

ATTACKING: dict[str, Entry] = {
    "R520": Entry(
        "an attack names too many records",
        "The encodings were attacked as someone without the key would, and the true value of a "
        "name or another field was found for more records than `privacy.max_risk` allows. Nothing "
        "is sent.",
        "`link attack` says which field falls, to what, and for whom. Encode with profile `high`, "
        "leave out the field, or agree to a larger `max_risk` and write down why.",
    ),
    "R521": Entry(
        "a list is given as ROLE=FILE",
        "A list of values is given together with the role that it is for.",
        "Write `--list surname=surnames.csv`, once for each role.",
    ),
    "R522": Entry(
        "nothing to attack",
        "The configuration holds no source of that name, or does not say how it is encoded.",
        "Give the name of a source of the configuration, and write its `privacy` section as the "
        "other owners do.",
    ),
    "D420": Entry(
        "not a list of values",
        "A list for an attack is a CSV file in UTF-8 with the header `value,count` and a line a "
        "value; counts may be shares. The message says which line is not, never what stands in it.",
        "Mend the line, or write the file anew.",
    ),
}

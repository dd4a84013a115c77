"""D3xx: the sources and what they hold."""

from linkage.config.codes import Entry

DATA: dict[str, Entry] = {
    "D301": Entry(
        "the file of a source does not exist",
        "Nothing stands at the path of a source. A relative path starts at the folder of the "
        "configuration, not at the folder you are in.",
        "Correct `path:`, or put the file there.",
    ),
    "D302": Entry(
        "the path of a source is not a file",
        "The path is a folder or a device. A source is one file.",
        "Write the path of one file; join a folder of Parquet files into one first.",
    ),
    "D303": Entry(
        "a source may not be read",
        "The user that runs the linkage has no right to read the file, or another process holds "
        "the database open for writing.",
        "Ask the owner of the file for read permission; close the database in the other process, "
        "or link a copy of it.",
    ),
    "D304": Entry(
        "the file of a source is empty",
        "The file has no bytes: a transfer or an export was cut off.",
        "Write or copy the file again.",
    ),
    "D305": Entry(
        "the kind of file is not known",
        "The kind of a file follows from the end of its name, and this one is not among those "
        "that are read: Parquet, Arrow, Feather, CSV, a DuckDB database.",
        "Convert the file to Parquet, or rename it when it is of a known kind.",
    ),
    "D306": Entry(
        "the file of a source is damaged",
        "The file cannot be read as what the end of its name says: it is incomplete, a checksum "
        "does not hold, or it is something else.",
        "Copy it again from where it was made, and compare sizes or checksums.",
    ),
    "D307": Entry(
        "the table is not in the database",
        "A database file needs `table:`, and the database must hold a table or view of that name. "
        "A table outside the main schema is written schema.table.",
        "Write one of the tables that the message lists.",
    ),
    "D308": Entry(
        "a column is not in the source",
        "The configuration names a column that the file does not hold. Capitals matter. When a "
        "CSV file seems to have one long column, its delimiter is not the one declared.",
        "Write the name as it stands in the file; for CSV declare `csv: {delimiter: ...}`.",
    ),
    "D309": Entry(
        "two columns of a source have the same name",
        "A column that the configuration names stands in the file more than once, so it cannot be "
        "told which is meant.",
        "Give each column its own name and write the file again.",
    ),
    "D310": Entry(
        "the encoding of a CSV file is not the one declared",
        "The bytes on the line named cannot be text in the declared encoding (utf-8 when nothing "
        "is said). The encoding is never guessed.",
        "Declare it: `csv: {encoding: latin-1}` or `utf-16`; or write the file again as utf-8.",
    ),
    "D311": Entry(
        "a NUL byte stands in a CSV file",
        "Text holds no NUL bytes. The file is damaged, or it is utf-16 and not declared so.",
        "Declare `csv: {encoding: utf-16}`, or write the file again.",
    ),
    "D312": Entry(
        "a line of a CSV file is too short or too long",
        "The line has fewer or more values than the header. Usually a value holds the delimiter "
        "without quotes around it, or the file was cut off.",
        "Mend the line, or write the file again with quotes around such values.",
    ),
    "D313": Entry(
        "a quote in a CSV file is not closed",
        "A quoted value begins on the line named and does not end, or goes on after its closing "
        "quote.",
        "Close the quote, and double the quotes that belong to the value.",
    ),
    "D314": Entry(
        "a CSV file is not strict CSV",
        "The reader refuses the file although every line has the right number of values: it mixes "
        "two kinds of line end, or a quote stands inside a value without quotes.",
        "Write the file again by a program that follows RFC 4180.",
    ),
    "D315": Entry(
        "identifiers are missing",
        "The column named by `id:` is blank in some rows.",
        "Name a column that is never empty, or fill it before linking.",
    ),
    "D316": Entry(
        "a source holds no row",
        "The file has a header or a schema, and nothing below it.",
        "Check that it is the right file, and that its export was finished.",
    ),
    "D317": Entry(
        "the filters leave no row",
        "`keep:` and `drop:` together leave out every row. Values are compared as text, exactly; "
        "an empty cell is kept by `keep:` only where null is named.",
        "Compare the values in the filters with those in the column.",
    ),
    "D318": Entry(
        "a column holds no single values",
        "The column holds structures, maps or bytes, which cannot be compared.",
        "Write it as text, a number, a date or a list before linking.",
    ),
    "D319": Entry(
        "a source has no usable row",
        "After cleaning, no row has a value in any of the columns to link on.",
        "Check `columns:` against the file: the names may be those of empty columns.",
    ),
    "D320": Entry(
        "identifiers are repeated",
        "Two or more rows that are to be linked share a value in the column named by `id:`.",
        "Name a column that is unique. When rows are repeated on purpose, remove the copies or "
        "make an identifier of each row.",
    ),
    "D321": Entry(
        "no value of a column can be read",
        "Every value of the column is blank or impossible for its role: the dates are written "
        "otherwise than `format:` says, the codes of sex are not explained, the postcodes are "
        "another country's.",
        "State how the values are written: `format:`, `codes:`, `style:`, `scheme:` or `kind:`.",
    ),
    "D322": Entry(
        "a split that hides people in the data",
        "The column of a group holds White and everyone else only, or calls all ethnic minorities "
        "by one name. Groups that are put together so differ in how well they are linked.",
        "Take a column with each ethnic group; or write `allow_binary` under the group, with the "
        "reason. The report prints it.",
    ),
    "D331": Entry(
        "an area that stands twice in a look-up",
        "The column named by `groups.*.lookup.key` holds an area more than once, so it cannot be "
        "told which of its rows is meant. Spaces and capitals are not looked at.",
        "Keep one row of each area.",
    ),
    "D332": Entry(
        "a look-up without areas",
        "The column named by `groups.*.lookup.key` is blank in every row.",
        "Name the column that holds the areas, or write the file again.",
    ),
    "D325": Entry(
        "an analysed column that holds other than numbers",
        "More than one in a hundred values of a column under `analyses` are no numbers, or no 0 "
        "and 1 where a logistic regression is to explain them. The message says how many, never "
        "which. Fewer count as missing.",
        "Name the codes that mean a missing value under `missing:`, write `kind: category` for a "
        "covariate that is no number, or name another column.",
    ),
    "D326": Entry(
        "a survey weight that is none",
        "The column named by `weight` holds an empty cell, something that is no number, or a "
        "number below 0.",
        "Give every row a weight, 0 for one that stands for nobody, or leave rows out by `keep:` "
        "or `drop:`.",
    ),
    "D340": Entry(
        "no pair of records passes blocking",
        "No record of one source agrees with any record of another on all columns of any blocking "
        "rule, so there is nothing to compare.",
        "Check that the sources hold the same people and that their columns are written alike once "
        "standardised; loosen `linkage.blocking`, or write `auto`.",
    ),
    "D341": Entry(
        "a comparison that cannot tell records apart",
        "A listed comparison is of a column that holds one value at most.",
        "Leave the comparison out, or map the column that was meant.",
    ),
    "D342": Entry(
        "nothing to compare",
        "The sources share no column that holds more than one value.",
        "Map the roles that both sources hold under `sources.*.columns`.",
    ),
    "D343": Entry(
        "a level that was never trained",
        "Neither matches nor random pairs show the level of the comparison named, so nothing is "
        "known of what it is worth.",
        "Merge the level with the one beside it, or write "
        "`linkage.training.allow_untrained: true` to go on with its default.",
    ),
    "D344": Entry(
        "SQL that the database does not understand",
        "The conditions under `sql:` of a custom comparison name no column of the sources as "
        "column_l or column_r, or cannot be evaluated on them.",
        "Write conditions in DuckDB's SQL on columns as they are once standardised, "
        "`abs(birth_year_l - birth_year_r) <= 1`.",
    ),
    "D345": Entry(
        "too many agreement patterns",
        "The comparisons have so many levels that candidates show more than 50,000 combinations.",
        "Under `linkage.comparisons`, compare with fewer levels or merge columns into one "
        "comparison.",
    ),
    "D346": Entry(
        "too many blocking rules",
        "More than 62 blocking rules and match-keys are listed. Which of them a pair meets is kept "
        "as the bits of one number.",
        "Leave out rules whose pairs other rules make too; `link plan` shows what each adds.",
    ),
    "D349": Entry(
        "a threshold for a group that nobody belongs to",
        "`linkage.decide.threshold_by_group` names groups that no focal record belongs to, so that "
        "their thresholds would do nothing.",
        "Write the groups as the report has them; records without a group are called `unknown`.",
    ),
    "D350": Entry(
        "a delivery that is not complete",
        "There is no folder of deliveries, or a delivery in it has no `manifest.json`: it is still "
        "being written. Nothing of any delivery was taken.",
        "Wait until it is complete; whoever delivers writes the manifest last.",
    ),
    "D351": Entry(
        "a file of a delivery is cut off",
        "A file that a manifest names is not there, or has fewer or more bytes or rows than the "
        "manifest says. Nothing of any delivery was taken.",
        "Have the delivery made again.",
    ),
    "D352": Entry(
        "a file of a delivery is damaged",
        "The sha256 of a file is not the one that its manifest gives. Nothing of any delivery was "
        "taken.",
        "Have the delivery made again.",
    ),
    "D353": Entry(
        "a manifest that cannot be followed",
        "The `manifest.json` of a delivery is no JSON, or does not say source, number, kind and "
        "files as it has to.",
        "Write `source`; `number`, 1 or more; `kind`, one of new, corrected, withdrawn and full; "
        "and `files`, each with name, sha256, bytes and rows.",
    ),
    "D354": Entry(
        "a file that no manifest names",
        "The folder of a delivery holds a file that its manifest does not name, so that it cannot "
        "be told whether the delivery is complete.",
        "Name the file in the manifest, or take it out.",
    ),
    "D355": Entry(
        "two deliveries of one number",
        "Of two versions of a record the one of the higher number holds, so that each delivery of "
        "a source needs a number of its own.",
        "Give the later one another number.",
    ),
    "D356": Entry(
        "a delivery changed after it was taken",
        "The manifest of a delivery is another one than when it was taken.",
        "Put it back, and deliver what is new under another number.",
    ),
    "D357": Entry(
        "deliveries of an unknown source",
        "A folder among the deliveries is called as no source of the configuration.",
        "Rename the folder, or add the source.",
    ),
    "D358": Entry(
        "not a list of records to delete",
        "The file given to `link delete --ids` is not a CSV file in UTF-8 with the columns source "
        "and record_id, or names a source that the configuration has not.",
        "Write one line a record, its source called as in the configuration.",
    ),
    "D360": Entry(
        "a truth file that cannot be read",
        "The file given to `link score --truth`, or named by `quality.truth`, does not exist, is "
        "neither Parquet nor CSV by its name, or is damaged.",
        "Give the path of a whole .parquet or .csv file; a CSV file has a header and one width.",
    ),
    "D361": Entry(
        "a truth file without pairs or persons",
        "The truth file has neither the columns `record_id_l` and `record_id_r`, nor `source`, "
        "`record_id` and `person`.",
        "Rename its columns so: identifiers are those of the columns under `sources.*.id`.",
    ),
    "D362": Entry(
        "truth that does not say its sources",
        "An identifier stands in more than one source of the run, and the pairs of the truth file "
        "name no sources.",
        "Add the columns `source_l` and `source_r`, with the names that the configuration gives.",
    ),
    "D364": Entry(
        "truth about records that are not in the run",
        "Pairs, or records, of the truth file name records that the run did not read or that its "
        "filters left out. They are left out of what is true: recall is among the run's records.",
        "Check `keep:` and `drop:` and the identifiers, if that is not what was meant.",
    ),
    "D365": Entry(
        "truth the other way round",
        "The truth file names records of the second source as `record_id_l`; it was read so.",
        "Add the columns `source_l` and `source_r`, which leave nothing to be found out.",
    ),
    "D366": Entry(
        "truth with no pair of the run",
        "No pair of the truth file joins two records that the run could link.",
        "Check that its identifiers and sources are those of the run's configuration.",
    ),
    "D370": Entry(
        "no review there",
        "`quality.review` names a folder that holds no sampled review.",
        "Write the folder that `link review sample` printed, or leave the setting out.",
    ),
    "D371": Entry(
        "a review of another run",
        "The review in `quality.review` was sampled from a run with other links, other records, "
        "other groups or other sources. What was found there says nothing of these links.",
        "Take the review of a run of the same configuration and sources, or sample a new one.",
    ),
    "D372": Entry(
        "a review without a decision",
        "Nobody has decided on any unit of the review in `quality.review`.",
        "Review some units with `link review serve`, or leave the setting out until then.",
    ),
    "D390": Entry(
        "a source changed during the run",
        "The file was written to after the run had taken its hash, so that what was read may be "
        "half old and half new.",
        "Wait until the file is complete, then run again. Give a run a copy that nobody writes to.",
    ),
    "D395": Entry(
        "coverage that cannot be read",
        "`missingness.coverage` names a file that is not there, lacks one of the columns "
        "`characteristic, group, coverage, se`, or holds a coverage that is no share.",
        "Write a CSV file in UTF-8 with these columns, a line a group; leave characteristic and "
        "group blank for all records.",
    ),
    "D396": Entry(
        "a reference population that cannot be read",
        "`quality.reference_population` names a file that is not there, lacks one of the columns "
        "`characteristic, group, count`, names a characteristic that the run has not, or holds a "
        "count that is no whole number above 0.",
        "Write a CSV file in UTF-8 with these columns, a line a group, with groups called as in "
        "the results.",
    ),
    "D380": Entry(
        "not the form that was exported",
        "The file given to `link review import` is not there, is not CSV in UTF-8, or does not "
        "begin with the columns `unit, decision, partner_rank`.",
        "Fill the decisions.csv that `link review export` wrote, and save it as CSV in UTF-8.",
    ),
    "D381": Entry(
        "a unit that is not to be decided",
        "A line names a unit that the reviewer was not given, or one that stands in the file "
        "twice. Nothing of the file was taken.",
        "Leave the numbers of units as they were exported, each on one line.",
    ),
    "D382": Entry(
        "a decision that is none",
        "A line says something else than candidate, none or unsure. Nothing of the file was taken.",
        "Write one of the three words, or nothing to leave the unit for later.",
    ),
    "D383": Entry(
        "a candidate that is none",
        "A line decides for a candidate and gives no number of one, or gives a number and decides "
        "otherwise. Nothing of the file was taken.",
        "Write the number as the sheet has it, with the decision candidate.",
    ),
}

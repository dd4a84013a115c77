"""Files into tables: every kind of source, read strictly, its rows filtered and numbered."""

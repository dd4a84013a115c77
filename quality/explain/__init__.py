"""Why a pair of records has its weight, and what became of it: for those who may see records."""

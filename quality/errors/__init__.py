"""How many links are false and how many matches are missed."""

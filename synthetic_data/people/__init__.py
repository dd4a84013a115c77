"""The people: households and places, characteristics, names, events and outcomes, by block."""

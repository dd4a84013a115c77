"""How far the figures of a run hang on its threshold."""

"""What is to be generated: the specification, its file, and the presets."""

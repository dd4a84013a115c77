"""The configuration: its schema, its loader, and what is said when it is wrong."""

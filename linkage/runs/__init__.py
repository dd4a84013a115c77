"""The run folder: what is written there, how it is published, and what a resumed run may trust."""

"""Sources: whom each covers, what it knows of them, how it writes it and what it gets wrong."""

"""For those who operate runs that nobody watches: how they went, whether they can, what holds."""

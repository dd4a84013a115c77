"""Who approved a linkage and who may do what: judged before data are read, and written down."""

"""What the sources hold before anything is linked: identifiers and characteristics of people."""

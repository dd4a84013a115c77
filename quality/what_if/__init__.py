"""What a finished run would have been under another decision, from the candidates it kept."""

"""What may leave: every figure made again from counts that passed disclosure control."""

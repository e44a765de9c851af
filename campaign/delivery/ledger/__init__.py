"""What was handed over, what came of it, and for how long nothing has."""

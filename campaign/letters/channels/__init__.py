"""Ways a letter can reach an office, one module each."""

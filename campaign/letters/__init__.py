"""Letters to offices: templates, linting, rendering, and the ways to send them."""

"""A signer's own page, by mailed link: what is kept of them, and all they can do about it."""

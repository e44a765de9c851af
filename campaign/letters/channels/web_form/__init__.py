"""The office’s own form or website: copy, open, paste."""

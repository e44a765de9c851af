"""Paper: the browser’s own printing, or a PDF that fits the window of an envelope."""

"""Mail from this server, for offices that take it: confirmed by the writer, paced, and never sent twice."""

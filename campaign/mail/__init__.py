"""The outbox: one function per message, the queue, and the ways out."""

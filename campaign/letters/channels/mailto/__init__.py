"""The writer’s own mail program."""

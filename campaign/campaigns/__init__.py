"""What an organiser publishes: drafting from an article, playbooks, to-do actions, editing, publishing."""

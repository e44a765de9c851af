"""The telephone: a number and a few sentences to say."""

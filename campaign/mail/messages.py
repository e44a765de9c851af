"""The mails we send, one function each; the words stand in templates/mail/<name of the function>/."""

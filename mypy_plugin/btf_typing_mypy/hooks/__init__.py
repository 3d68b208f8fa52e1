"""The plugin's features: each module answers one kind of question from mypy."""

"""The training ladder: one resumable command a stage, and one for all. See `python -m avlink.ladder --help`."""

"""The training stages: one resumable command a stage, and one for all. See `python -m avlink.train --help`."""

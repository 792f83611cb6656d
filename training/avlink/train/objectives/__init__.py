"""What every stage minimises: `base` is what all have in common; the table of stages is in ../stages.py."""

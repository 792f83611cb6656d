"""Evaluation with controls: onsets, level envelopes, motion, codecs. See `python -m avlink.evaluate --help`."""

"""The error that a command reports in one sentence."""

from __future__ import annotations


class InputError(ValueError):
    """A problem with an argument or a file that the user can fix. The message says what is wrong and what to do."""

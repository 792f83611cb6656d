"""The error that a command says in a sentence."""

from __future__ import annotations


class InputError(ValueError):
    """An argument or a file that the user can put right; the message says what is wrong and what to do."""

"""What all commands of the package share: types of arguments, and errors reported in one sentence.

The types raise errors that argparse turns into a usage message. `entry_point` turns errors that show up later (a
missing checkpoint, a pack of another topology) into one line and exit status 1. Errors of the program itself keep their
traceback.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch

from .errors import InputError
from .flow import EVALUATIONS
from .presets import PRESETS

Number = TypeVar("Number", int, float)


def entry_point(main: Callable[[], None]) -> Callable[[], None]:
    """A `main` that reports what the user can fix in one sentence, without a traceback."""

    @functools.wraps(main)
    def run() -> None:
        try:
            main()
        except InputError as error:
            sentence = str(error)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError) as error:
            # Of the operating system ("[Errno 2] ..."), or with a message of our own.
            sentence = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        else:
            return
        sys.exit(f"{Path(sys.argv[0]).name}: {sentence}")

    return run


def add_preset(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add the option --preset; its default is `default` or the name of the folder or pack."""
    of = default or "the preset with the name of the folder or pack"
    parser.add_argument("--preset", choices=list(PRESETS), default=default, help=f"default: {of}")


def add_solver(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--solver", choices=list(EVALUATIONS), default="euler")


def add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", type=device, default="cuda" if torch.cuda.is_available() else "cpu")


def positive(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def several(kind: Callable[[str], Number]) -> Callable[[str], list[Number]]:
    """Numbers separated by commas."""

    def parse(text: str) -> list[Number]:
        try:
            return [kind(part) for part in text.split(",")]
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers separated by commas") from error

    return parse


def solvers(text: str) -> list[str]:
    """Names of solvers separated by commas."""
    names = text.split(",")
    if unknown := [name for name in names if name not in EVALUATIONS]:
        raise argparse.ArgumentTypeError(f"there is no solver {unknown[0]!r}; there are {', '.join(EVALUATIONS)}")
    return names


def pattern(text: str) -> str:
    """A regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a regular expression: {error}") from error
    return text


def device(text: str) -> torch.device:
    """A device that PyTorch has here."""
    try:
        found = torch.device(text)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError) as error:
        raise argparse.ArgumentTypeError(f"PyTorch has no device {text!r} here") from error
    return found


def existing_folder(text: str) -> Path:
    """A folder that exists."""
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return Path(text)


def existing_pack(text: str) -> Path:
    """A folder that holds a pack."""
    if not (existing_folder(text) / "manifest.json").is_file():
        raise argparse.ArgumentTypeError(f"{text} is not a pack: it has no manifest.json")
    return Path(text)

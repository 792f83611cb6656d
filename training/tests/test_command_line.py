"""Every command says in a sentence what is wrong with its arguments; no traceback, no KeyError."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

import pytest
import torch

from avlink.checkpoint import write_checkpoint
from avlink.command_line import entry_point
from avlink.presets import PRESETS
from avlink.system import AVLink
from avlink.timing import TimingAdapter

PACKAGE = Path(__file__).parents[1] / "avlink"
COMMANDS = {
    ".".join(("avlink", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__main__")
    for path in PACKAGE.rglob("*.py")
    if "\ndef main(" in path.read_text()
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in: an empty one, one with a broken checkpoint, and a pack that is only a manifest."""
    for name in ("empty", "nano", "broken", "pack", "elsewhere"):
        (tmp_path / name).mkdir()
    (tmp_path / "broken/audio_encoder.pt").write_text("no checkpoint")
    (tmp_path / "pack/manifest.json").write_text(json.dumps({"text": {"vocabulary": ["ball"]}, "graphs": {}}))
    write_checkpoint(tmp_path / "elsewhere/audio_encoder.pt", {"weights": {"other": torch.zeros(2)}})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(command: str, arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says before it gives up. Any other end than a message is the test's failure."""
    module = importlib.import_module(command)
    if hasattr(module, "__path__"):
        module = importlib.import_module(f"{command}.__main__")
    monkeypatch.setattr(sys, "argv", [command, *arguments.split()])
    with pytest.raises(SystemExit) as left:
        module.main()
    assert left.value.code not in (0, None)
    return f"{capsys.readouterr().err}{left.value.code}"


SENTENCES = [
    ("avlink.train", "sideways", "invalid choice: 'sideways'"),
    ("avlink.train", "fusion --preset X", "invalid choice: 'X'"),
    ("avlink.train", "fusion --folder empty", "audio_encoder.pt is missing: train that stage first"),
    ("avlink.train", "fusion --folder broken", "audio_encoder.pt is not a checkpoint"),
    ("avlink.train", "fusion --folder elsewhere", "does not fit the preset nano"),
    ("avlink.train", "fusion --steps 0", "'0' is not a whole number above 0"),
    ("avlink.train", "fusion --device abacus", "no device 'abacus'"),
    ("avlink.train.average", "piano empty --folder empty", "invalid choice: 'piano'"),
    ("avlink.train.average", "video empty --folder empty", "video.pt is missing"),
    ("avlink.train.average", "audio_encoder broken --folder empty", "audio_encoder.pt is not a checkpoint"),
    ("avlink.train.wideband", "--sounds empty", "a bank of recordings has an index"),
    ("avlink.train.wideband", "--config small", "invalid choice: 'small'"),
    ("avlink.export", "--out new", "--folder or --random is needed"),
    ("avlink.export", "--folder nowhere --out new", "there is no folder nowhere"),
    ("avlink.export", "--folder empty --out new", "there is no preset 'empty'"),
    ("avlink.export", "--folder nano --out new", "audio_encoder.pt: train this part first"),
    ("avlink.export", "--random --out broken", "broken contains something other than a pack"),
    ("avlink.export.benchmark", "", "--out"),
    (
        "avlink.export.restore",
        "--pack pack --folder X",
        "no preset 'X': choose one with --preset (nano, mini, next, next-nano)",
    ),
    ("avlink.export.restore", "--pack nowhere --folder nano", "there is no folder nowhere"),
    ("avlink.export.restore", "--pack empty --folder nano", "empty is not a pack"),
    ("avlink.export.restore", "--pack pack --folder nano", "holds no graph"),
    ("avlink.export.restore", "--pack pack --folder nano --variant heavy", "pack has no variant 'heavy'"),
    ("avlink.export.eyes", "--out nowhere", "there is no folder nowhere"),
    ("avlink.export.fixture", "--beside empty --out new", "empty is not a pack"),
    ("avlink.export.rules", "--pack empty", "empty is not a pack"),
    ("avlink.export.runs", "--pack empty --preset nano", "empty is not a pack"),
    ("avlink.export.sampler", "--pack empty --task v2a --steps 4", "empty is not a pack"),
    ("avlink.export.sampler", "--pack pack --task v2v --steps 4", "invalid choice: 'v2v'"),
    ("avlink.export.sampler", "--pack pack --task v2a", "name at least one setting"),
    ("avlink.export.sampler", "--pack pack --task v2a --solver heun", "solver 'heun': one of euler"),
    ("avlink.export.variants", "--pack empty", "empty is not a pack"),
    ("avlink.export.variants", "--pack pack", "there is no preset 'pack'"),
    ("avlink.export.variants", "--pack pack --variant heavy", "invalid choice: 'heavy'"),
    ("avlink.evaluate", "--task v2v", "invalid choice: 'v2v'"),
    ("avlink.evaluate", "--folder empty", "there is no preset 'empty'"),
    ("avlink.evaluate", "--folder nano", "audio_encoder.pt: train this part first"),
    ("avlink.evaluate", "--folder nano --solver heun", "invalid choice: 'heun'"),
    ("avlink.evaluate", "--folder nano --clips none", "'none' is not a whole number above 0"),
    ("avlink.evaluate.ablate", "--folder nowhere", "there is no folder nowhere"),
    ("avlink.evaluate.ablate", "--folder empty", "there is no preset 'empty'"),
    ("avlink.evaluate.ablate", "--folder nano --only sideways", "no variant sideways"),
    ("avlink.evaluate.asked", "--folder empty", "--judge"),
    ("avlink.evaluate.asked", "--folder empty --preset next --judge X", "audio.pt: train this part first"),
    ("avlink.evaluate.clips", "nowhere", "there is no folder nowhere"),
    ("avlink.evaluate.clips", "empty", "GENERATED or --folder is needed"),
    ("avlink.evaluate.clips", "empty --match (", "'(' is not a regular expression"),
    ("avlink.evaluate.clips", "empty --folder empty", "there is no preset 'empty'"),
    ("avlink.evaluate.clips", "empty nano", "no generated file has the name of a reference"),
    ("avlink.evaluate.codecs", "nowhere --folder nano", "there is no folder nowhere"),
    ("avlink.evaluate.codecs", "empty --folder X", "there is no preset 'X'"),
    ("avlink.evaluate.everything", "--pack nowhere --folder new", "there is no folder nowhere"),
    ("avlink.evaluate.everything", "--pack pack --folder new", "there is no preset 'pack'"),
    ("avlink.evaluate.eyes", "--cutouts nowhere --pack pack", "there is no folder nowhere"),
    ("avlink.evaluate.eyes", "--cutouts empty --pack empty", "empty is not a pack"),
    ("avlink.evaluate.named", "--cutouts nowhere --sounds empty", "there is no folder nowhere"),
    ("avlink.evaluate.named", "--cutouts empty --sounds empty", "empty"),
    ("avlink.evaluate.probe", "--preset X", "invalid choice: 'X'"),
    ("avlink.evaluate.probe", "--clips nowhere", "there is no folder nowhere"),
    ("avlink.evaluate.probe", "--folder empty", "sync.pt: train this part first"),
    ("avlink.evaluate.prompts", "--folder empty", "there is no preset 'empty'"),
    ("avlink.evaluate.prompts", "--folder nano --steps 0", "'0' is not a whole number above 0"),
    ("avlink.evaluate.recorded", "--folder empty", "one of --sounds and --clips is needed"),
    ("avlink.evaluate.recorded", "--folder empty --sounds empty", "a bank of recordings has an index"),
    ("avlink.evaluate.recorded", "--folder empty --clips empty", "wideband.pt: train the codec first"),
    ("avlink.evaluate.report", "--folder nowhere", "there is no folder nowhere"),
    ("avlink.evaluate.report", "--folder empty", "empty holds no report"),
    ("avlink.evaluate.report", "--folder empty --pack empty", "empty is not a pack"),
    ("avlink.evaluate.sweep", "--steps 4,x", "'x' is not a whole number above 0"),
    ("avlink.evaluate.sweep", "--shift 1,x", "'1,x' is not a list of numbers"),
    ("avlink.evaluate.sweep", "--solver euler,heun", "there is no solver 'heun'"),
    ("avlink.evaluate.sweep", "--folder empty", "there is no preset 'empty'"),
    ("avlink.evaluate.variants", "--pack empty", "empty is not a pack"),
    ("avlink.evaluate.variants", "--pack pack --preset nano", "variants.json is missing: write the variants first"),
    ("avlink.make_samples", "", "out"),
    ("avlink.recordings", "empty", "a bank of recordings has an index"),
    ("avlink.wideband.weights", "pack --folder empty --out new", "wideband.pt: train the codec first"),
    ("avlink.wideband.weights", "restore --pack empty", "empty holds no packed codec"),
    ("avlink.world.contact_sheet", "--out new.webp --cutouts nowhere --sounds empty", "there is no folder nowhere"),
    ("avlink.scenes.contact_sheet", "out --split none", "invalid choice: 'none'"),
]


@pytest.mark.parametrize(("command", "arguments", "sentence"), SENTENCES)
def test_a_wrong_argument_gets_a_sentence(
    world: Path,
    command: str,
    arguments: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    message = said(command, arguments, monkeypatch, capsys)
    assert sentence in message
    assert "Traceback" not in message and "Errno" not in message


def test_every_command_is_among_them() -> None:
    assert {command for command, _, _ in SENTENCES} == COMMANDS


def test_errors_of_the_program_itself_keep_their_traceback() -> None:
    @entry_point
    def main() -> None:
        raise KeyError("a mistake of ours")

    with pytest.raises(KeyError):
        main()


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/measure"])

    @entry_point
    def main() -> None:
        Path("/nowhere/at/all").read_text()

    with pytest.raises(SystemExit, match=r"^measure: /nowhere/at/all: No such file or directory$"):
        main()


def test_weights_of_another_preset_are_refused_in_a_sentence(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "timing.pt", {"weights": TimingAdapter(PRESETS["mini"]).state_dict()})
    with pytest.raises(ValueError, match=r"timing\.pt does not fit the preset nano: size mismatch"):
        AVLink(PRESETS["nano"]).load_part(tmp_path, "timing")

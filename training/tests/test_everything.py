"""Everything at once: what is measured is what ships, nothing is measured twice, and a failure says which."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from avlink.evaluate import everything
from avlink.evaluate.everything import Step, chains, run

SAMPLER = {"solver": "ab2", "steps": 6, "guidanceText": 1.5, "guidanceAv": 4.0, "timeShift": 1.0}


def command_of(module: str) -> Callable[[], None]:
    """What `python -m module` runs."""
    found = import_module(module)
    main: Callable[[], None] = (import_module(f"{module}.__main__") if hasattr(found, "__path__") else found).main
    return main


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    sampler = {"v2a": SAMPLER, "a2v": SAMPLER | {"guidanceAv": 6.0}}
    rest = {"secondAttempt": {"silentBelow": -35.0, "guidance": 5.0}, "fusionSets": [{"name": "joint"}]}
    (folder / "manifest.json").write_text(json.dumps({"sampler": sampler} | rest))
    (folder / "golden.bin").touch()
    return folder


def test_every_task_is_measured_with_the_settings_of_the_pack(pack: Path) -> None:
    steps = {step.leaves: step for chain in chains(pack, Path("real"), 32, 1) for step in chain}
    assert {f"report-{task}.json" for task in ("v2a", "a2v", "joint", "codec", "clips", "prompts")} < set(steps)
    for leaves, guidance in (("report-v2a.json", "4.0"), ("report-a2v.json", "6.0"), ("report-clips.json", "4.0")):
        options = steps[leaves].options
        assert options[options.index("--guidance-av") + 1] == guidance
        assert options[options.index("--solver") + 1] == "ab2"
        assert ("--silent-below" in options) == (leaves != "report-a2v.json")
    for leaves in ("report-v2a.json", "report-v2a-blind.json", "report-clips.json", "report-prompts.json"):
        options = steps[leaves].options
        assert options[options.index("--silent-below") + 1] == "-35.0"
        assert options[options.index("--second-guidance") + 1] == "5.0"
    path = pack / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"fusionSets": [{"name": "a2v"}, {"name": "v2a"}]}))
    without = [step.leaves for chain in chains(pack, None, 32, 1) for step in chain]
    assert "report-joint.json" not in without
    assert "report-clips.json" not in without and "report-v2a.json" in without


def test_real_clips_are_measured_with_the_words_of_the_eyes_where_there_are_eyes(pack: Path) -> None:
    path = pack / "manifest.json"
    found = json.loads(path.read_text())
    found["sampler"]["v2a"] |= {"wordsWithTiming": True}
    path.write_text(json.dumps(found))
    judge = ("--judge", "listen.py")
    assert "report-clips-eyes.json" not in {s.leaves for chain in chains(pack, pack, 8, 1, judge) for s in chain}
    (pack.parent / "eyes").mkdir()
    steps = {step.leaves: step.options for chain in chains(pack, pack, 8, 1, judge) for step in chain}
    plain, eyes = steps["report-clips.json"], steps["report-clips-eyes.json"]
    assert eyes == (*plain, "--eyes", str(pack.parent / "eyes"))
    assert plain[-2:] == judge and "--words-with-timing" in plain
    assert "True" not in plain and "--words-with-timing" not in steps["report-a2v.json"]


def test_the_options_are_those_that_the_commands_take(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command gets as far as missing weights."""
    for step in (step for chain in chains(pack, pack, 16, 0.01) for step in chain):
        _, option, module, *arguments = step.command(pack, "nano")
        assert (option, module) == ("-m", step.module)
        monkeypatch.setattr(sys, "argv", [module, *arguments])
        with pytest.raises(SystemExit, match=r"\.pt(:| is missing)"):
            command_of(module)()


def test_nothing_is_measured_twice_and_a_failure_names_its_log(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import pathlib; p = pathlib.Path(r'{}'); p.write_text(p.read_text() + 'x' if p.exists() else 'x')"
    left = pack / "report-x.json"

    def command(step: Step, folder: Path, preset: str) -> list[str]:
        return [sys.executable, "-c", script.format(left) if step.module == "good" else "raise SystemExit('too bad')"]

    monkeypatch.setattr(everything.Step, "command", command)
    good = Step("good", (), left.name)
    run([good, good], pack, pack, "nano", 1)
    assert left.read_text() == "x"
    with pytest.raises(RuntimeError, match=r"report-y\.json\.log:\ntoo bad"):
        run([Step("bad", (), "report-y.json")], pack, pack, "nano", 1)

"""Round trips of recordings: the figures, and an independent judge that is called by path."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from avlink.evaluate.recorded import RATE, JudgeError, Sound, coders, distance, heard, level_above, measure
from avlink.wideband import WIDEBANDS, WidebandCodec
from avlink.wideband.weights import FACTS, WEIGHTS, WeightsError, pack, restore

# Hears how loud a file is, and finds folders as far apart as their numbers of files.
JUDGE = """
import json, pathlib, sys
import soundfile
if sys.argv[1] == "--fad":
    counts = [len(list(pathlib.Path(folder).glob("*.wav"))) for folder in sys.argv[2:]]
    print(json.dumps({"fad": abs(counts[0] - counts[1])}))
else:
    for path in sys.argv[1:]:
        loud = abs(soundfile.read(path)[0]).max() > 0.1
        print(json.dumps({"file": path, "mean": [["loud" if loud else "quiet", 0.9]]}))
"""


def hits(seconds: float = 1.0, hertz: float = 10_000) -> Sound:
    """Two hits with something above 8 kHz in them."""
    time = np.arange(int(seconds * RATE)) / RATE
    wave = np.zeros(time.size)
    for start in (0.2, 0.6):
        late = time - start
        tones = np.sin(2 * np.pi * 700 * late) + 0.3 * np.sin(2 * np.pi * hertz * late)
        wave += np.where(late > 0, 0.4 * np.exp(-12 * np.maximum(late, 0)) * tones, 0)
    return Sound("hits", wave.astype(np.float32), True)


@pytest.fixture()
def judge(tmp_path: Path) -> list[str]:
    (tmp_path / "listen.py").write_text(JUDGE)
    return [sys.executable, str(tmp_path / "listen.py")]


def test_figures_tell_a_perfect_codec_from_a_dull_and_a_quiet_one(tmp_path: Path, judge: list[str]) -> None:
    def dull(samples: Tensor) -> Tensor:
        spectrum = torch.fft.rfft(samples)
        spectrum[:, round(8000 * samples.shape[1] / RATE) :] = 0
        return torch.fft.irfft(spectrum, n=samples.shape[1])

    compared = {
        "same": lambda x: x,
        "dull": dull,
        "quiet": lambda x: 0.1 * x,
        "late": lambda x: F.pad(x, (7200, -7200)),
    }
    found = measure([hits()], compared, tmp_path / "out", judge)
    assert found["same"]["log-mel distance"] < 1e-5
    assert found["same"]["above 8 kHz, mean error in dB"] == 0
    assert found["same"]["onset F1, 0.05 s"] == 1
    assert found["dull"]["above 8 kHz, mean error in dB"] > 30
    assert found["dull"]["log-mel distance"] < 0.3
    assert found["quiet"]["above 8 kHz, mean level in dB"] == pytest.approx(-20, abs=0.1)
    assert found["late"]["onset F1, 0.05 s"] < 0.5
    assert [found[name]["judge: same best class"] for name in compared] == [1, 1, 0, 1]
    assert found["same"]["judge: Frechet distance"] == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["dull", "late", "quiet", "real", "same"]


def test_level_above_is_that_of_the_tone() -> None:
    time = torch.arange(RATE) / RATE
    loud = 0.5 * torch.sin(2 * torch.pi * 12_000 * time) + 0.5 * torch.sin(2 * torch.pi * 1000 * time)
    assert level_above(loud[None]) == pytest.approx(10 * np.log10(0.125), abs=0.05)
    assert level_above(torch.zeros(1, RATE)) == pytest.approx(-80)


def test_every_codec_gives_back_as_much_as_it_got() -> None:
    codec = WidebandCodec(WIDEBANDS["tiny"]).eval().requires_grad_(False)
    samples = torch.from_numpy(hits(0.5).samples)[None, :20_001]
    for name, code in coders(codec, None).items():
        assert code(samples).shape == samples.shape, name


def test_a_judge_that_fails_is_an_error(tmp_path: Path, judge: list[str]) -> None:
    with pytest.raises(JudgeError, match="heard 0 of 1"):
        heard(judge, [tmp_path / "none.wav"])
    (tmp_path / "listen.py").write_text("print('?')")
    with pytest.raises(JudgeError, match=r"\?"):
        heard(judge, [tmp_path / "none.wav"])
    with pytest.raises(JudgeError):
        distance(judge, tmp_path, tmp_path)


def test_a_packed_codec_is_restored_as_float16(tmp_path: Path) -> None:
    torch.manual_seed(0)
    codec = WidebandCodec(WIDEBANDS["tiny"]).eval()
    run = tmp_path / "run"
    run.mkdir()
    torch.save({"config": "tiny", "weights": codec.state_dict(), "step": 7, "seconds": 3.2}, run / "wideband.pt")
    (run / "report-recorded.json").write_text(json.dumps({"codec": {"log-mel distance": 0.2}}))
    facts = pack(run, tmp_path / "pack")
    assert facts["steps"] == 7
    assert facts["measured"]["recorded"]["codec"]["log-mel distance"] == 0.2
    restore(tmp_path / "pack", tmp_path / "again")
    again = WidebandCodec.load(tmp_path / "again")
    for name, value in codec.state_dict().items():
        assert torch.equal(again.state_dict()[name], value.half().float()), name
    (tmp_path / "pack" / WEIGHTS).write_bytes(b"")
    with pytest.raises(WeightsError, match="describes"):
        restore(tmp_path / "pack", tmp_path / "again")
    (tmp_path / "pack" / FACTS).unlink()
    with pytest.raises(WeightsError):
        restore(tmp_path / "pack", tmp_path / "again")

"""Do the video generator's features know when things hit? Reads onsets off them on held-out scenes.

    python -m avlink.ladder.probe --preset mini

Uses the readers trained beside the video backbone, at the flow time at which it serves as the condition. F1 of peaks
of the read onset envelope against the scene's events within 0.1 s, beside the same against another scene's events.
This is an upper hint for V2A, long before any sound is generated.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..evaluate.metrics import compare_times
from ..presets import PRESETS
from ..scenes import FAMILIES, render
from ..system import AVLink
from .judge import TimingJudge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=list(PRESETS), default="mini")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--clips", type=int, default=96)
    parser.add_argument("--seed", type=int, default=8_000_000)
    args = parser.parse_args()
    run: Path = args.folder or Path("runs") / args.preset
    system = AVLink.load(run, args.preset, ("video_encoder", "video"))
    judge = TimingJudge(system, run)
    read: list[list[list[float]]] = [[] for _ in judge.objective.readers]
    truth: list[list[float]] = []
    family: list[int] = []
    for part in range(-(-args.clips // 32)):
        scenes = render(args.seed + part, 32, split="heldout", sound=False)
        for all_found, found in zip(read, judge.read(scenes.frames, part), strict=True):
            all_found += found
        truth += [[time for time in row if time == time] for row in scenes.events.tolist()]
        family += scenes.family.tolist()
    clips = [i for i, times in enumerate(truth) if times]
    for index, found in enumerate(read):
        total = sum(len(truth[i]) + len(found[i]) for i in clips)
        own = 2 * sum(compare_times(truth[i], found[i]).hits for i in clips) / total
        chance = 2 * sum(compare_times(truth[i], found[clips[k - 1]]).hits for k, i in enumerate(clips)) / total
        print(f"after segment {index}: onset F1 {own:.3f}, another scene's {chance:.3f} ({len(clips)} clips)")
    for number, name in enumerate(FAMILIES):
        mine = [i for i in clips if family[i] == number]
        if mine:
            found = read[-1]
            total = sum(len(truth[i]) + len(found[i]) for i in mine)
            print(
                f"  {name}: {2 * sum(compare_times(truth[i], found[i]).hits for i in mine) / total:.3f} ({len(mine)})"
            )


if __name__ == "__main__":
    main()

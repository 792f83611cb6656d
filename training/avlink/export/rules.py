"""The sampler's rules that were tuned to a pack, written into all of its manifests as the code has them; no graph is
touched.

    python -m avlink.export.rules --pack ../public/models/mini

They are how the level follows the reading (level_guidance.py), when a sound is made a second time (attempts.py), from
which probability on a word is seen (tagger.py) and which words people are offered as ones to keep away from
(vocabulary.py). Where one of them changed, what was measured on the pack has to be measured again
(`python -m avlink.evaluate.everything --record`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..command_line import entry_point, existing_pack
from ..level_guidance import LEVEL_GUIDANCE
from ..manifest import Manifest
from ..tagger import SEEN_ABOVE
from .pack import negatives_entry, second_attempt_entry
from .variants import change_manifests


def renew(pack: Path) -> None:
    """Write the rules into the manifests of a pack; its variants go on answering to their earlier hashes."""

    def renewed(manifest: Manifest) -> Manifest:
        manifest["text"]["negatives"] = negatives_entry()
        manifest["tagger"]["seenAbove"] = SEEN_ABOVE
        manifest["timing"]["level"] = LEVEL_GUIDANCE
        # Where the export writes it.
        rest = {key: manifest.pop(key) for key in ("requires", "golden", "quality")}
        return manifest | {"secondAttempt": second_attempt_entry()} | rest

    change_manifests(pack, renewed)


@entry_point
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pack", type=existing_pack, required=True)
    args = parser.parse_args()
    renew(args.pack)
    print(args.pack)


if __name__ == "__main__":
    main()

"""Sound for a picture as the app makes it: with the words that are seen where nobody chose any, and a second time where
the first attempt is silent.

The app has the same rules in src/engine (silence.ts, picture-words.ts).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .directed import asks_for_silence
from .sampling import Noise, Sampling
from .system import AVLink
from .vocabulary import SILENCE, VOCABULARY

ASKS_FOR_NONE = VOCABULARY.index(SILENCE)


@dataclass(frozen=True)
class SecondAttempt:
    """When and how a silent sound is made again. A pack's manifest holds the numbers under `secondAttempt`."""

    # Sound whose loudest sample lies below this is silent, in dBFS: the model's own silence peaks near -55.
    silent_below: float = -40.0
    # Text guidance that leads away from silence: at 4 half of the silent clips stay silent, at 9 some are far too loud.
    guidance: float = 6.0


SECOND_ATTEMPT = SecondAttempt()
OnAttemptStep = Callable[[int, int, Tensor], None]  # called with the attempt, from 0, the steps done and the latents


@dataclass(frozen=True)
class Sounds:
    """Sounds of a batch of pictures."""

    audio: Tensor  # samples [B, N] of the padded clips
    latents: Tensor
    again: Tensor  # bool [B]: which were made a second time


@torch.no_grad()
def make_sound(
    system: AVLink,
    given: Tensor,
    timing: Tensor | None,
    noise: Noise,
    settings: Sampling,
    *,
    asked: Tensor | None = None,
    seen: Tensor | None = None,
    negative: Tensor | None = None,
    second: SecondAttempt | None = SECOND_ATTEMPT,
    samples: int | None = None,
    on_step: OnAttemptStep | None = None,
    directed: bool = False,
) -> Sounds:
    """Sounds for pictures of latents `given` [B, ...], their `timing` as in `sample`.

    asked: words that somebody chose or that the eyes typed, [B, V] or [1, V], at least one in every row; None where
    nobody did: then those that the tagger has `seen` stand in. That is a guess: nothing makes more of it, unless
    it stands against what to avoid. The second attempt goes without, for what was seen may be what keeps it silent.
    negative: words to keep away from, likewise.
    second: None makes no second attempt.
    directed: the timing is a person's. Where it asks for silence there is no second attempt.
    samples: how many belong to the clip, if it is shorter than what is made of it: only they are listened to.
    """
    batch = given.shape[0]

    def rows(words: Tensor | None) -> Tensor:
        found = given.new_zeros(1, system.vocabulary) if words is None else words.to(given.device)
        # Words that only recordings have are at the end.
        return F.pad(found, (0, system.vocabulary - found.shape[1])).expand(batch, -1)

    def attempt(which: int, kept: Tensor, words: Tensor, avoided: Tensor, chosen: Sampling) -> Tensor:
        return system.generate(
            "v2a",
            given[kept],
            words[kept],
            None if timing is None else timing[kept],
            noise=(noise[0][kept.cpu()], noise[1][kept.cpu()]),
            negative=avoided[kept],
            on_step=None if on_step is None else lambda done, x: on_step(which, done, x),
            directed=directed,
            **vars(chosen),
        )

    avoided, wanted = rows(negative), rows(asked)
    everything = torch.ones(batch, dtype=torch.bool, device=given.device)
    if asked is not None:
        latents = attempt(0, everything, wanted, avoided, settings)
    else:
        first = settings if seen is None or bool(avoided.any()) else settings.changed(guidance_text=1.0)
        latents = attempt(0, everything, rows(seen), avoided, first)
    audio = system.audio_decoder(latents)
    again = torch.zeros_like(everything)
    if second is not None:
        again = is_silent(audio[:, :samples], second) & (wanted[:, ASKS_FOR_NONE] == 0)
        if directed and timing is not None:
            again &= ~asks_for_silence(timing).reshape(batch, -1).all(1)
    if second is not None and bool(again.any()):
        away = avoided.clone()
        away[:, ASKS_FOR_NONE] = 1
        text = second.guidance if asked is None else max(settings.guidance_text, second.guidance)
        # Away from silence is louder, whatever words may do to the level otherwise.
        louder = settings.changed(guidance_text=text, guidance_level=second.guidance)
        latents, audio = latents.clone(), audio.clone()
        latents[again] = attempt(1, again, wanted, away, louder)
        audio[again] = system.audio_decoder(latents[again])
    return Sounds(audio, latents, again)


def is_silent(audio: Tensor, second: SecondAttempt) -> Tensor:
    """Which of the sounds [B, N] count as silent, bool [B]."""
    return audio.abs().amax(1) < 10 ** (second.silent_below / 20)

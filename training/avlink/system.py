"""AV-Link as a whole: codecs, two frozen generators and Fusion Blocks; sampling.py makes one medium from the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .audio_codec import AudioDecoder, AudioEncoder
from .backbone import AudioBackbone, VideoBackbone
from .checkpoint import checkpoint_path, read_checkpoint, write_checkpoint
from .errors import InputError
from .flow import schedule, solve
from .fusion import FusionSet
from .grid import GRID
from .presets import Preset, preset_named
from .sampling import CONDITIONING_T as CONDITIONING_T
from .sampling import Noise, OnStep, Sampling, draw_noise, sample
from .sync import SyncEncoder
from .tagger import UNLIKELY, Tagger, seen
from .timing import TimingAdapter
from .video_codec import VideoDecoder, VideoEncoder, with_context
from .vocabulary import VOCABULARY, WIDE_VOCABULARY
from .wideband import WIDEBANDS, WidebandDecoder, WidebandEncoder

CODECS = ("audio_encoder", "audio_decoder", "video_encoder", "video_decoder")
PARTS = (*CODECS, "audio", "video", "fusion", "tagger", "sync", "timing")
TASKS = ("v2a", "a2v")
ALONE = {"v2a": "fusion_v2a", "a2v": "fusion_a2v"}  # parts that some presets have: a task's own Fusion Blocks
WORDS = "words.table.weight"  # the word embedding of either backbone, [width, vocabulary]
SAID = ("said.weight", "said.bias")  # of the tagger, [vocabulary, ...]


def fusion_part(preset: Preset, task: str) -> str:
    """The part with the Fusion Blocks that serve a task, "v2a" or "a2v", or both at once, "joint"."""
    return ALONE[task] if task in preset.sets_alone else "fusion"


def fusion_parts(preset: Preset) -> tuple[str, ...]:
    """The preset's sets of Fusion Blocks, the joint one first where it serves a task."""
    return tuple(sorted({fusion_part(preset, task) for task in TASKS}))


class AVLink(nn.Module):
    """All parts. Every part is stored as `<run>/<part>.pt` and can be trained, loaded and exported alone."""

    def __init__(self, preset: Preset, vocabulary: int | None = None) -> None:
        super().__init__()
        if preset.codec:
            config = WIDEBANDS[preset.codec]
            grid, words = replace(GRID, audio_channels=config.channels), WIDE_VOCABULARY
            self.audio_encoder: AudioEncoder | WidebandEncoder = WidebandEncoder(config)
            self.audio_decoder: AudioDecoder | WidebandDecoder = WidebandDecoder(config)
        else:
            grid, words = GRID, VOCABULARY
            self.audio_encoder, self.audio_decoder = AudioEncoder(grid), AudioDecoder(grid, preset)
        vocabulary = len(words) if vocabulary is None else vocabulary
        self.preset, self.grid, self.vocabulary = preset, grid, vocabulary
        self.video_encoder = VideoEncoder(grid, preset)
        self.video_decoder = VideoDecoder(grid, preset)
        self.audio = AudioBackbone(grid, preset, vocabulary)
        self.video = VideoBackbone(grid, preset, vocabulary)
        for part in fusion_parts(preset):
            self.add_module(part, FusionSet(grid, preset))
        self.tagger = Tagger(preset, vocabulary)
        self.sync = SyncEncoder(grid, preset)
        self.timing = TimingAdapter(preset)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of all parts that the preset has."""
        place = PARTS.index("fusion")
        return (*PARTS[:place], *fusion_parts(self.preset), *PARTS[place + 1 :])

    def fusion_for(self, task: str) -> FusionSet:
        """The Fusion Blocks that make "v2a" or "a2v"; of "joint", which makes both, the joint set.

        Raises InputError where every task has a set of its own, and none makes both.
        """
        found = self._modules.get(fusion_part(self.preset, task))
        if not isinstance(found, FusionSet):
            raise InputError(f"the preset {self.preset.name} has no Fusion Blocks that make sound and picture together")
        return found

    @property
    def narrow(self) -> AudioEncoder:
        """The encoder of the 16 kHz codec. Raises InputError for a preset with the other one."""
        if not isinstance(self.audio_encoder, AudioEncoder):
            raise InputError(f"the preset {self.preset.name} has the 48 kHz codec, which this does not measure")
        return self.audio_encoder

    @property
    def wide(self) -> WidebandEncoder:
        """The encoder of the 48 kHz codec. Raises InputError for a preset with the other one."""
        if not isinstance(self.audio_encoder, WidebandEncoder):
            raise InputError(f"the preset {self.preset.name} has the 16 kHz codec: recordings need --preset next")
        return self.audio_encoder

    @property
    def sound_rate(self) -> int:
        """Samples a second of the sound that is made, Hz."""
        encoder = self.audio_encoder
        return encoder.config.sample_rate if isinstance(encoder, WidebandEncoder) else self.grid.sample_rate

    def code_sound(self, samples: Tensor) -> Tensor:
        """Sound at the grid's rate [B, N] -> latents."""
        encoder = self.audio_encoder
        return encoder.of_narrow(samples) if isinstance(encoder, WidebandEncoder) else encoder(samples)

    def at_grid_rate(self, samples: Tensor) -> Tensor:
        """Sound that was made [B, N], at `sound_rate` -> the same at the grid's rate."""
        encoder = self.audio_encoder
        return encoder.down(samples) if isinstance(encoder, WidebandEncoder) else samples

    def load_part(self, run: Path, part: str, of: str | None = None) -> bool:
        """Load one part's (averaged) weights; False if it has not been trained yet.

        of: another part of the same topology, whose weights it gets.
        Raises InputError for weights of another preset or topology.
        """
        path = checkpoint_path(run, of or part)
        if not path.exists():
            return False
        state = read_checkpoint(path)
        try:
            getattr(self, part).load_state_dict(grown(state["weights"], self.vocabulary))
        except RuntimeError as error:
            raise InputError(
                f"{path} does not fit the preset {self.preset.name}: {_first_difference(error)}"
            ) from error
        return True

    @classmethod
    def load(cls, run: Path, preset: str | None = None, parts: tuple[str, ...] | None = None) -> AVLink:
        """The system of a run folder, of the preset that it is named after or of another; parts: left out, all.

        Raises FileNotFoundError naming the first missing part, InputError for another preset or topology.
        """
        system = cls(preset_named(preset or run.resolve().name))
        for part in system.parts if parts is None else parts:
            if not system.load_part(run, part):
                raise FileNotFoundError(f"{run / part}.pt: train this part first (python -m avlink.train --help)")
        return system.eval().requires_grad_(False)

    def shown(self, z: Tensor) -> Tensor:
        """Video latents of whole clips -> uint8 pixels [B, 2n, 3, 64, 64], as the app shows and evaluators see them."""
        # A clip at a time stays in a processor's cache, which makes it half as fast again.
        parts = z.split(1) if z.device.type == "cpu" else (z,)
        pictures = torch.cat([self.video_decoder.small(with_context(part)).float() for part in parts])
        return (pictures.clamp(-1, 1) * 127.5 + 127.5).round().to(torch.uint8)

    def watched(self, frames: Tensor) -> Tensor:
        """uint8 frames [B, T, 3, 64, 64] -> timing of their sound [B, 2 T, 2], see SyncEncoder."""
        return self.sync(to_frames(frames))

    def bag_of(self, scenes: Tensor) -> Tensor:
        """Words of rendered scenes [B, v] -> the same in the system's vocabulary [B, V], which may have more."""
        return F.pad(scenes, (0, self.vocabulary - scenes.shape[1]))

    def word_logits(self, z: Tensor) -> Tensor:
        """How surely the clips of clean video latents z [B, ...] show every word, as logits [B, V]."""
        text = z.new_zeros(z.shape[0], self.preset.width)
        found: Tensor = self.tagger(self.video.features(z, z.new_ones(z.shape[0]), text)[-1])
        return found

    def words_seen(self, z: Tensor, together: bool = False) -> Tensor:
        """The words that the clips of clean video latents z [B, ...] show, multi-hot [B, V].

        together: the batch is one video, window by window, and every window gets what most of it shows.
        """
        logits = self.word_logits(z)
        return seen(logits.mean(0, keepdim=True).expand_as(logits) if together else logits)

    def told_end(self, x: Tensor, t: Tensor, bag: Tensor, timing: Tensor | None) -> Tensor:
        """What the sound generator's last segment ends in (see Backbone.velocity) with the timing adapter and nothing
        else: x noisy latents, t [B], bag [B, V], timing [B, audio_latents, 2]; None tells nothing."""
        h, cond = self.audio.embed(x, t, self.audio.words(bag))
        for index in range(self.preset.segments):
            if timing is not None:
                h = self.timing.before(index)(h, timing, t)
            h = self.audio.segment(index, h, cond)
        return h

    def fused_velocity(
        self,
        x_a: Tensor,
        t_a: Tensor,
        x_v: Tensor,
        t_v: Tensor,
        bag: Tensor,
        makes: str = "both",
        timing: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Velocities of "audio", of "video" or of both, with the Fusion Blocks between the generators' segments.

        makes: "audio", "video" or "both".
        timing: what SyncEncoder reads off the picture [B, audio_latents, 2]; None tells the sound nothing.
        """
        made = ("audio", "video") if makes == "both" else (makes,)
        blocks = self.fusion_for({"audio": "v2a", "video": "a2v"}.get(makes, "joint"))
        ends = self.fused_ends(x_a, t_a, x_v, t_v, bag, dict.fromkeys(made), blocks, timing)
        found = {}
        if "audio" in ends:
            found["audio"] = self.audio.velocity(ends["audio"], x_a, t_a)
        if "video" in ends:
            found["video"] = self.video.velocity(ends["video"], x_v, t_v)
        return found

    def fused_ends(
        self,
        x_a: Tensor,
        t_a: Tensor,
        x_v: Tensor,
        t_v: Tensor,
        bag: Tensor,
        makers: Mapping[str, Tensor | None],
        blocks: FusionSet,
        timing: Tensor | None = None,
        observe: Callable[[Tensor], None] | None = None,
    ) -> dict[str, Tensor]:
        """What the generators' last segments end in (see Backbone.velocity), for every modality of `makers`.

        Before each segment the timing adapter tells the sound, and a Fusion Block joins the two streams.
        makers: of "audio" and "video" those that are made, each with the indices of the clips that make it, None for
        all. A stream that is not made goes no further than the last block, and without symmetric reinjection no block
        changes it.
        blocks: the set of Fusion Blocks, see `fusion_for`.
        observe: is called with the fused tokens [B, Ta + Tv, inner] of every block.
        """
        h_a, cond_a = self.audio.embed(x_a, t_a, self.audio.words(bag))
        h_v, cond_v = self.video.embed(x_v, t_v, self.video.words(bag))
        last = blocks.places[-1]

        def taken(h: Tensor, fused: Tensor, name: str) -> Tensor:
            """The stream `name` after a block: without symmetric reinjection only clips that make it are changed."""
            clips = makers.get(name, torch.zeros(0, dtype=torch.long, device=h.device))
            if blocks.symmetric or clips is None:
                return fused
            changed = torch.zeros(h.shape[0], dtype=torch.bool, device=h.device).index_fill(0, clips, True)
            return torch.where(changed[:, None, None], fused, h)

        for index in range(self.preset.segments):
            if timing is not None:
                h_a = self.timing.before(index)(h_a, timing, t_a)
            if (block := blocks.before(index)) is not None:
                # A graph of a pack may stand in for the block (see export/runtime.py): it shows nothing to an observer.
                shown = () if observe is None else (observe,)
                fused_a, fused_v = block(h_a, h_v, t_a, t_v, *shown)
                h_a, h_v = taken(h_a, fused_a, "audio"), taken(h_v, fused_v, "video")
            if index == last:
                # After the last block a stream concerns its own modality alone: clips that do not make it stop here.
                if (clips := makers.get("audio")) is not None:
                    h_a, cond_a, t_a = h_a[clips], cond_a[clips], t_a[clips]
                    timing = None if timing is None else timing[clips]
                if (clips := makers.get("video")) is not None:
                    h_v, cond_v = h_v[clips], cond_v[clips]
            if index < last or "audio" in makers:
                h_a = self.audio.segment(index, h_a, cond_a)
            if index < last or "video" in makers:
                h_v = self.video.segment(index, h_v, cond_v)
        return {name: h for name, h in (("audio", h_a), ("video", h_v)) if name in makers}

    @torch.no_grad()
    def generate(
        self,
        task: str,
        given: Tensor,
        bag: Tensor | None = None,
        timing: Tensor | None = None,
        *,
        seed: int = 0,
        noise: Noise | None = None,
        negative: Tensor | None = None,
        on_step: OnStep | None = None,
        directed: bool = False,
        **settings: Any,
    ) -> Tensor:
        """Latents of the other modality. `given`: video latents for v2a, audio latents for a2v (clean), see `sample`.

        bag: words [B, V] or [1, V]; None is no caption. What a picture shows goes in with `bag=system.words_seen(z)`.
        timing: of the sound, what `watched` reads off the frames; None for a picture that nobody watched.
        directed: whether it is a person's timing instead.
        noise: instead of that of the seed.
        negative: words to keep away from; they act with guidance over text other than 1.
        settings: those of `Sampling`.
        """
        if noise is None:
            noise = draw_noise(self.grid, given.shape[0], seed)
        return sample(self, task, given, bag, negative, timing, noise, Sampling(**settings), on_step, directed)

    @torch.no_grad()
    def generate_both(
        self,
        count: int,
        bag: Tensor | None = None,
        *,
        seed: int = 0,
        solver: str = "euler",
        steps: int = 25,
        guidance_av: float = 1.0,
        shift: float = 1.0,
    ) -> tuple[Tensor, Tensor]:
        """Latents of sound and picture, made together out of noise: both generators at the same flow time.

        v = v_alone + guidance_av (v_fused - v_alone), for each of the two.
        """
        shape_a, shape_v = self.grid.audio_shape, self.grid.video_shape
        generator = torch.Generator().manual_seed(seed)
        # One row a clip: the sound's values, then the picture's.
        sound = math.prod(shape_a)
        start = torch.randn(count, sound + math.prod(shape_v), generator=generator)
        bag = torch.zeros(count, self.vocabulary) if bag is None else bag

        def apart(x: Tensor) -> tuple[Tensor, Tensor]:
            return x[:, :sound].reshape(count, *shape_a), x[:, sound:].reshape(count, *shape_v)

        def together(audio: Tensor, video: Tensor) -> Tensor:
            return torch.cat([audio.flatten(1), video.flatten(1)], dim=1)

        def velocity(x: Tensor, now: float) -> Tensor:
            t = torch.full((count,), now)
            x_a, x_v = apart(x)
            found = self.fused_velocity(x_a, t, x_v, t, bag)
            fused = together(found["audio"], found["video"])
            if guidance_av == 1:
                return fused
            alone = together(self.audio(x_a, t, bag), self.video(x_v, t, bag))
            return alone + guidance_av * (fused - alone)

        return apart(solve(velocity, start, schedule(steps, shift), solver))


def write_parts(system: AVLink, run: Path) -> None:
    """Every part of a system into a run folder, as later stages, export and evaluation read them."""
    run.mkdir(parents=True, exist_ok=True)
    for part in system.parts:
        write_checkpoint(run / f"{part}.pt", {"weights": getattr(system, part).state_dict()})
    print(f"{run}: {', '.join(system.parts)}")


def grown(state: dict[str, Tensor], vocabulary: int) -> dict[str, Tensor]:
    """A part's weights for `vocabulary` words: zeros for words that came after its training, which no tagger sees.

    The vocabulary grows at its end only, so every earlier word keeps its place. Raises InputError for weights that know
    more words than there are.
    """
    made = dict(state)
    for name, weight in state.items():
        axis = 1 if name.endswith(WORDS) else 0 if name.endswith(SAID) else None
        if axis is None:
            continue
        known = weight.shape[axis]
        if known > vocabulary:
            raise InputError(f"{name} knows {known} words, but the vocabulary has {vocabulary}: it may only grow")
        more = weight.new_zeros([vocabulary - known if i == axis else size for i, size in enumerate(weight.shape)])
        if name.endswith("said.bias"):
            more += UNLIKELY
        made[name] = torch.cat([weight, more], axis)
    return made


def _first_difference(error: RuntimeError) -> str:
    """What load_state_dict found first, without the list of all the rest."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[1 if len(lines) > 1 else 0]


def to_frames(pixels: Tensor) -> Tensor:
    """uint8 pixels -> float in -1..1."""
    return pixels.float() / 127.5 - 1

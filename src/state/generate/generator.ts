/** One run from file to takes: decode and load the model once, then sample take after take. */
import { copyOf, type FrameBytes } from '../../dsp/frames.ts';
import { defaultEdit, type Edit } from '../../dsp/mix.ts';
import { sameSpan, type TimeSpan } from '../../dsp/span.ts';
import { wavOf } from '../../dsp/wav.ts';
import { AppError } from '../../errors.ts';
import type { EngineInfo, GenerateRequest, GenerateResult, Keep, Preview } from '../../engine/protocol.ts';
import type { SeenElsewhere } from '../../model/eyes.ts';
import type { Manifest, Task } from '../../model/manifest.ts';
import { distinct } from '../../notices.ts';
import { trackOf } from '../../model/directing.ts';
import type { Timing, TimingTrack } from '../../timing/types.ts';
import type { Services } from '../services/services.ts';
import { samplerChoice, samplerSettings, takeSeeds, type Draft } from '../recipe/draft.ts';
import { writeRecipe } from '../recipe/recipe-file.ts';
import { isRestored, loudnessOf, type Restored } from '../recipe/restored.ts';
import { loudnessChoice, wantedLoudness } from '../settings/loudness.ts';
import { createEstimator, fromEngine, fromMedia, type Step } from './progress.ts';
import { createWatch } from '../services/stopwatch.ts';
import { timingWithin } from '../timing/queries.ts';
import { unlikeDefault } from '../../model/variants.ts';
import type { PackState, Source, TakeCount } from '../types.ts';
import type { BlobId, Recipe, Take, TakeId, TakeMedia } from '../take.ts';

/** What a run starts from. */
export type Origin =
  /** With what the file brought along: the take that was restored is made as it was. */
  | { readonly kind: 'fresh'; readonly restored: Restored | undefined }
  /** Takes near an earlier one: its noise, moved by `amount` (0..1) towards that of other seeds. */
  | { readonly kind: 'near'; readonly take: Take; readonly amount: number }
  /** An earlier take with parts of it (seconds of the take) made anew: with other noise, or with its own, to follow an edit. */
  | { readonly kind: 'spans'; readonly take: Take; readonly spans: readonly TimeSpan[]; readonly follows?: boolean };

export interface GenerationRequest {
  readonly source: Source;
  /** The part of the source to work on, in seconds; all of it without. */
  readonly trim: TimeSpan | undefined;
  readonly task: Task;
  readonly draft: Draft;
  /** When a sound is to be heard, as a person set it; without, the picture is read. */
  readonly timing?: Timing | undefined;
  /** What the eyes see in that part; takes that are made of others go by the words of these. */
  readonly seen?: SeenElsewhere | undefined;
  readonly origin: Origin;
}

export interface GenerationListener {
  onStep(step: Step & TakeCount): void;
  /** Where the take that is being made is heading. */
  onPreview(preview: Preview): void;
  /** Called as soon as a take is finished; an error or a stop afterwards takes nothing back. */
  onTake(take: Take): void;
}

/** Resolves when all takes of the draft are made. */
export type Generate = (signal: AbortSignal, request: GenerationRequest, listener: GenerationListener) => Promise<void>;

/** The decoded file, without what differs between takes. */
type Given =
  | { readonly task: 'v2a'; rgb: FrameBytes; count: number }
  | { readonly task: 'a2v'; samples: Float32Array; sourceRate: number | undefined };

/** What was decoded last: a take that follows an edit is to be heard at once. */
interface Decoded {
  readonly blob: BlobId;
  readonly trim: TimeSpan | undefined;
  readonly manifest: Manifest;
  readonly given: Given;
}

/** What the engine made of a draft, not yet levelled and stored. */
interface Made {
  readonly result: GenerateResult;
  readonly recipe: Recipe;
  readonly draft: Draft;
  readonly again: Restored | undefined;
}

/** When a take was begun, and the seconds that it waited for the file and the model. */
interface Waited {
  readonly start: number;
  readonly decode: number;
  readonly load: number;
}

/** Works for one at a time; the others wait for their turn. */
export function createGenerator(services: Services): Generate {
  const { deps, blobs, sounds, model, turns, readPack, newId, now } = services;
  const { engine, media } = deps;
  let decoded: Decoded | undefined;

  return (signal, request, listener) => turns.add(() => run(signal, request, listener), signal);

  async function run(signal: AbortSignal, request: GenerationRequest, listener: GenerationListener): Promise<void> {
    const { source, task, draft, trim, origin } = request;
    const file = blobs.file(source.blob);
    const range = trim ? { range: trim } : {};
    const timing = request.timing && task === 'v2a' ? timingWithin(request.timing, trim) : undefined;
    const duration = trim ? trim.end - trim.start : source.info.duration;
    const seeds = takeSeeds(draft);
    const watch = createWatch(now);
    let onStep = reporter(0);

    const start = now();
    const manifest = await readPack(signal);
    const given = await watch(() => decodeOnce(manifest));
    const info = await watch(() => loadModel(manifest));
    /** The take before, while the engine makes the next one. */
    let finishing: Promise<void> = Promise.resolve();
    try {
      for (const [index, seed] of seeds.entries()) {
        if (index > 0) onStep = reporter(index);
        // Only the first take waited for the file and the model.
        const waited =
          index > 0 ? { start: now(), decode: 0, load: 0 } : { start, decode: given.seconds, load: info.seconds };
        const made = await make({ ...draft, seed }, index);
        await finishing;
        finishing = finish(made, waited, index).then((take) => listener.onTake(take));
        // A failure is thrown where it is waited for.
        finishing.catch(() => undefined);
      }
    } finally {
      // What the engine has made is kept, whatever became of the next one.
      await finishing;
    }

    /** Progress of one take, with an estimate of its own. */
    function reporter(index: number): (step: Step) => void {
      const estimate = createEstimator(now);
      return (step) => listener.onStep({ ...estimate(step), take: index + 1, takes: seeds.length });
    }

    async function make(draft: Draft, index: number): Promise<Made> {
      const settings = samplerSettings(manifest, task, draft);
      const sampler = samplerChoice(manifest, task, draft);
      const restored = origin.kind === 'fresh' ? origin.restored : undefined;
      const again =
        restored && isRestored(restored, { ...settings, task, trim, timing, sampler }) ? restored : undefined;
      const { seed, variations } = again?.recipe ?? noiseOf(origin, settings.seed);
      const kept = await keepOf(origin);
      // Once there is a sound to listen to, nobody waits for the outline of the next.
      const previews = task === 'v2a' && index > 0 ? {} : { previewEvery: 1 };
      const result = await runEngine({
        ...{ ...copied(given.value), ...told(info.value), ...wordsOf(again), duration, ...previews, ...kept },
        settings: { ...settings, seed, variations },
      });
      const recipe: Recipe = {
        task,
        sourceName: source.name,
        duration,
        ...(trim ? { trim } : {}),
        seed,
        variations,
        ...(origin.kind === 'spans' ? { renewed: origin.spans } : {}),
        ...(timing ? { timing } : {}),
        prompt: settings.prompt,
        negative: settings.negative,
        sampler,
        pack: info.value.pack,
        packHash: info.value.packHash,
        ...variantOf(info.value, services.get().pack),
        backend: info.value.backend,
      };
      return { result, recipe, draft, again };
    }

    /** Levels and stores what the engine made; it does not need the engine, which works on the next take meanwhile. */
    async function finish({ result, recipe, draft, again }: Made, waited: Waited, index: number): Promise<Take> {
      const edit = await editOf(result, draft, again);
      const isLast = index + 1 === seeds.length;
      const stored = await watch(() => store(info.value, result, { recipe, edit }, isLast ? onStep : () => undefined));
      return {
        id: newId() as TakeId,
        recipe,
        media: stored.value,
        sketch: result.summary,
        understood: result.understood,
        ...(result.byEyes ? { byEyes: true } : {}),
        notices: distinct([...info.value.notices, ...result.notices]),
        seconds: {
          decode: waited.decode,
          load: waited.load,
          encode: result.seconds.encode,
          sample: result.seconds.sample,
          render: result.seconds.decode,
          mux: stored.seconds,
          total: now() - waited.start,
        },
        starred: false,
        edit,
      };
    }

    /** The words for a prompt that says nothing: a take that is made again, or goes on from another, keeps its own. */
    function wordsOf(again: Restored | undefined): { seen?: SeenElsewhere } {
      if (task !== 'v2a') return {};
      const [words, byEyes] =
        origin.kind === 'fresh'
          ? [again?.recipe.words, again?.recipe.byEyes]
          : [origin.take.understood, origin.take.byEyes];
      if (words && words.length > 0) return { seen: { words, ...(byEyes ? { byEyes } : {}) } };
      return origin.kind === 'fresh' && request.seen ? { seen: request.seen } : {};
    }

    /** What the engine is told of the timing. */
    function told({ directing }: EngineInfo): { timing?: TimingTrack } {
      if (!timing) return {};
      if (directing) return { timing: trackOf(directing, timing, { start: trim?.start ?? 0, duration }) };
      throw new AppError(
        'timing-missing',
        'This model cannot be told when its sound is to be heard.',
        'Take the hits away with “read again”, or use another model.',
      );
    }

    /** How the take is shaped from the start. */
    async function editOf(made: GenerateResult, draft: Draft, again: Restored | undefined): Promise<Edit> {
      const shape = again?.edit ?? (origin.kind === 'fresh' ? defaultEdit : origin.take.edit);
      if (made.task === 'a2v') return shape;
      // Around a part that was made anew, everything stays as loud as it was.
      if (origin.kind === 'spans' && shape.loudness?.gain !== undefined) return shape;
      const kept = origin.kind !== 'fresh' || (again && loudnessOf(again.edit) === loudnessChoice(draft));
      const lufs = kept ? shape.loudness?.lufs : wantedLoudness(draft, manifest.text);
      if (lufs === undefined) return { ...shape, loudness: undefined };
      const sound = { channels: [made.samples], sampleRate: made.sampleRate };
      const loudness = await deps.soundWork.level(sound, lufs);
      deps.soundWork.forget(sound);
      return { ...shape, loudness };
    }

    /** What stays of the earlier take; its edits are not part of it. */
    async function keepOf(origin: Origin): Promise<{ keep?: Keep }> {
      if (origin.kind !== 'spans') return {};
      const { latents } = origin.take.media;
      const [first] = origin.spans;
      const all = origin.spans.length === 1 && first !== undefined && first.start <= 0 && first.end >= duration;
      if (origin.follows && (all || latents === undefined)) return {};
      if (latents === undefined) {
        throw new AppError(
          'keep-mismatch',
          'Parts of this take cannot be made anew: what it was made from is no longer there.',
          'Make a new take and change that one.',
        );
      }
      const generated = await sounds.generated(origin.take);
      return {
        keep: {
          latents: new Float32Array(await blobs.get(latents).arrayBuffer()),
          spans: origin.spans,
          ...(generated?.channels[0] ? { samples: generated.channels[0] } : {}),
        },
      };
    }

    async function decodeOnce(manifest: Manifest): Promise<Given> {
      const follows = origin.kind === 'spans' && origin.follows;
      if (
        follows &&
        decoded?.blob === source.blob &&
        decoded.manifest === manifest &&
        decoded.given.task === task &&
        sameSpan(decoded.trim, trim)
      ) {
        return decoded.given;
      }
      decoded = undefined;
      const given = await decode(manifest);
      decoded = { blob: source.blob, trim, manifest, given };
      return given;
    }

    async function decode({ grid }: Manifest): Promise<Given> {
      const onProgress = (part: Parameters<typeof fromMedia>[1], fraction?: number) =>
        onStep(fromMedia('decode', part, fraction));
      onStep({ stage: 'decode', progress: { kind: 'unknown' } });
      if (task === 'v2a') {
        const options = { fps: grid.fps, size: grid.frameSize, onProgress, ...range };
        const { rgb, count } = await media.decodeFrames(signal, file, options);
        return { task, rgb, count };
      }
      const options = { sampleRate: grid.sampleRate, onProgress, ...range };
      const { channels } = await media.decodeAudio(signal, file, options);
      return { task, samples: channels[0], sourceRate: source.info.audio?.sampleRate };
    }

    async function loadModel({ grid }: Manifest): Promise<EngineInfo> {
      if (!model.has(task)) onStep({ stage: 'download', progress: { kind: 'unknown' } });
      const info = await model.load(signal, task, (progress) => onStep(fromEngine(progress)));
      const same = (['fps', 'frameSize', 'sampleRate'] as const).every((key) => info.grid[key] === grid[key]);
      if (!same) {
        throw new AppError('pack-invalid', 'The model on the server has changed since the page opened.', 'Reload it.');
      }
      return info;
    }

    function runEngine(engineRequest: GenerateRequest): Promise<GenerateResult> {
      return model.run(() =>
        engine.generate(signal, engineRequest, (progress) => {
          if (progress.kind === 'preview') listener.onPreview(progress);
          else onStep(fromEngine(progress));
        }),
      );
    }

    /**
     * Sound is kept as it is; pictures are coded, as they would fill the memory. The clip is exported as it is, so it carries
     * its recipe from the start.
     */
    async function store(
      { grid }: EngineInfo,
      result: GenerateResult,
      take: Pick<Take, 'recipe' | 'edit'>,
      onStep: (step: Step) => void,
    ): Promise<TakeMedia> {
      const latents = blobs.put(new Blob([result.latents as Float32Array<ArrayBuffer>]));
      if (result.task === 'v2a') {
        const { samples, sampleRate } = result;
        const wav = new Blob([wavOf(samples, sampleRate)], { type: 'audio/wav' });
        return { task: 'v2a', sound: blobs.put(wav), sampleRate, latents };
      }
      const onProgress = (part: Parameters<typeof fromMedia>[1], fraction?: number) =>
        onStep(fromMedia('mux', part, fraction));
      onStep({ stage: 'mux', progress: { kind: 'unknown' } });
      const metadata = { title: source.name, recipe: writeRecipe(take) };
      const options = { duration, outputSize: grid.outputFrameSize, metadata, onProgress, ...range };
      return { task: 'a2v', clip: blobs.put(await media.encodeClip(signal, result, file, options)), latents };
    }
  }
}

/** How the recipe names the variant. */
function variantOf({ variant }: EngineInfo, pack: PackState): Pick<Recipe, 'variant'> {
  const other = pack.phase === 'known' ? unlikeDefault(variant, pack.variants) : variant;
  return other === undefined ? {} : { variant: other };
}

/** The noise of a take: its own seed's, or that of an earlier take moved once more. */
function noiseOf(origin: Origin, seed: number): Pick<Recipe, 'seed' | 'variations'> {
  if (origin.kind === 'fresh') return { seed, variations: [] };
  const { recipe } = origin.take;
  if (origin.kind === 'spans') {
    return origin.follows ? { seed: recipe.seed, variations: recipe.variations } : { seed, variations: [] };
  }
  return { seed: recipe.seed, variations: [...recipe.variations, { seed, amount: origin.amount }] };
}

/** The engine's worker takes buffers over: each take needs its own. */
function copied(given: Given): Given {
  return given.task === 'v2a' ? { ...given, rgb: copyOf(given.rgb) } : { ...given, samples: given.samples.slice() };
}

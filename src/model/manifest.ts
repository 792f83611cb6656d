/**
 * The pack manifest: the only contract between `training/` (which writes it) and the app (which validates it here).
 * Every shape, rate, file and default the app uses comes from it; nothing of it is repeated in code.
 */
import { z } from 'zod';
import { SOLVERS } from '../sampler/solvers.ts';
import { USUAL_DIRECTED } from '../timing/track.ts';
import { phases } from './phases.ts';

const count = z.number().int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const fileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'a plain file name inside the pack folder');

export const packFile = z.object({ file: fileName, bytes: count, sha256 });

/**
 * How weights are stored: plain float32; float16, which is widened when a graph is loaded; block-wise 8 or 4 bit with
 * float32 activations; or 8 bit for each output channel, with activations that are rounded to 8 bit in every run, which
 * processors multiply fastest.
 */
export const weights = z.enum(['fp32', 'fp16', 'q8', 'q4', 'int8']);

/** Name, element type and shape of a graph input or output; a string in a shape is a dynamic axis. */
const tensorSpec = z.object({
  name: z.string(),
  dtype: z.enum(['float32']),
  shape: z.array(z.union([count, z.string()])),
});

const graph = packFile.extend({
  /** All initializers; handed to ONNX Runtime as external data under the name `data.file`. */
  data: packFile.optional(),
  weights,
  inputs: z.array(tensorSpec),
  outputs: z.array(tensorSpec),
});

/**
 * Where a golden array lies in the golden file: little-endian float32, `offset` counted in elements. Of large outputs,
 * the file holds every `stride`-th value, from the first on.
 */
const goldenArray = z.object({
  shape: z.array(count),
  offset: z.number().int().nonnegative(),
  stride: count.optional(),
});

export const samplerDefaults = z.object({
  solver: z.enum(SOLVERS),
  steps: count,
  /** s_text of v = v_full + (s_text - 1) (v_full - v_none) + (s_av - 1) (v_full - v_text); for words that are asked for. */
  guidanceText: z.number().nonnegative(),
  /** s_text, at most, of the audio channels that hold how loud it is; left out: as of the others. */
  guidanceLevel: z.number().nonnegative().optional(),
  /** RMS, at most, of what guidance over text adds to the velocity of a window; left out: any. */
  guidanceMost: z.number().positive().optional(),
  /** Whether words and timing are told together, in every branch; left out: exaggerated words are contrasted untold. */
  wordsWithTiming: z.boolean().optional(),
  /** s_av of the same formula. */
  guidanceAv: z.number().nonnegative(),
  /** Flow time from which on s_av is 1; left out: never. */
  guidanceAvUntil: z.number().nonnegative().optional(),
  /** Flow-time shift s >= 1: t' = t / (t + s (1 - t)); 1 is uniform, more spends more steps near noise. */
  timeShift: z.number().positive(),
});

export const task = z.enum(['v2a', 'a2v']);

/** What the app did with every pack before packs said it themselves. */
const BEFORE = {
  negatives: {
    v2a: ['silence', 'loud', 'several', 'fast', 'water', 'wind', 'metal', 'glass', 'whoosh', 'steady'],
    a2v: ['still', 'several', 'fast', 'water', 'spark', 'rain', 'box', 'person'],
  },
  secondAttempt: { silentBelow: -40, guidance: 6 },
  directed: USUAL_DIRECTED,
};

/** See timing/track.ts. */
const directedTiming = z
  .object({
    height: z.number().gt(0).lt(1),
    width: z.number().positive(),
    most: z.number(),
    least: z.number(),
    quiet: z.number(),
    loud: z.number(),
    floor: z.number().min(0).max(1),
    decay: z.number().positive(),
  })
  .default(BEFORE.directed);

export const manifestSchema = z.object({
  /** 2 says that there is more to read than an app of before knows, which then says so: `phases`. */
  schema: z.literal([1, 2]),
  name: z.string(),
  licence: z.string(),
  grid: z.object({
    windowSeconds: z.number().positive(),
    /** Of the sound that is heard, and of that which is made. */
    sampleRate: count,
    /** Audio samples one audio latent covers. */
    samplesPerLatent: count,
    audioLatents: count,
    audioChannels: count,
    /** Of these the first so many hold how loud the sound is. */
    audioLevelChannels: z.number().int().nonnegative().default(0),
    fps: z.number().positive(),
    /** Frames of one window, as the video encoder takes them. */
    frames: count,
    frameSize: count,
    outputFrameSize: count,
    framesPerLatent: count,
    videoLatents: count,
    videoLatentSize: count,
    videoChannels: count,
    /** Latent frames that the video decoder takes beyond either end of those that it decodes. */
    videoDecoderContext: z.number().int().nonnegative().default(0),
  }),
  /** Where the sound decoder gives magnitudes and bands; left out: it gives samples. */
  phases: phases.optional(),
  graphs: z.record(z.string(), graph),
  roles: z.object({
    text: z.string(),
    audioEncoder: z.string(),
    audioDecoder: z.string(),
    videoEncoder: z.string(),
    videoDecoder: z.string(),
    audio: z.object({ embed: z.string(), segments: z.array(z.string()).min(1) }),
    video: z.object({ embed: z.string(), segments: z.array(z.string()).min(1) }),
  }),
  /** Fusion Block i runs before segment i of both backbones. */
  fusionSets: z
    .array(
      z.object({
        name: z.string(),
        tasks: z.array(task),
        blocks: z.array(z.string()).min(1),
        /** The fixed flow time of the conditioning modality (1 is clean). */
        conditioningT: z.number().min(0).max(1),
      }),
    )
    .min(1),
  sampler: z.object({ v2a: samplerDefaults, a2v: samplerDefaults }),
  text: z.object({
    vocabulary: z.array(z.string()),
    synonyms: z.record(z.string(), z.string()),
    /** The word of the vocabulary that asks for no sound; without it, silent results stay silent. */
    silence: z.string().optional(),
    /** Words that people are offered as ones to keep away from; one that is not in the vocabulary is not offered. */
    negatives: z.object({ v2a: z.array(z.string()), a2v: z.array(z.string()) }).default(BEFORE.negatives),
  }),
  /** When and how a silent sound is made a second time, see engine/silence.ts. */
  secondAttempt: z
    .object({
      /** Sound whose loudest sample lies below this counts as silent, in dBFS. */
      silentBelow: z.number(),
      /** s_text, at least, that leads away from silence; s_text of the level, too. */
      guidance: z.number().nonnegative(),
    })
    .default(BEFORE.secondAttempt),
  /** What puts a picture into words where nobody typed a prompt; a pack without it makes its sound without words. */
  tagger: z
    .object({
      /** Takes the video tokens after the last segment but one, clean and without text; gives a logit for every word. */
      graph: z.string(),
      /** Probability above which a word counts as seen. */
      seenAbove: z.number().min(0).max(1),
    })
    .optional(),
  /** What reads off a picture when its sound is to be heard, and tells the sound generator; a pack may do without. */
  timing: z
    .object({
      /** Takes frames of one window; gives its timing [1, audioLatents, 2]. */
      encoder: z.string(),
      /** Block i runs before Fusion Block i on the audio tokens. */
      blocks: z.array(z.string()).min(1),
      /** How the level of the sound follows the one read, see sampler/level-guidance.ts; left out: as far as it is told. */
      level: z
        .object({
          share: z.number().min(0).max(1),
          until: z.number().min(0).max(1),
          onsetBias: z.number(),
          quietLevel: z.number(),
          continuousLevel: z.number(),
          silence: z.number(),
          gain: z.number(),
          slope: z.number(),
          middle: z.number(),
        })
        .optional(),
      /** How the generator is told of hits and a level that a person has set. */
      directed: directedTiming,
    })
    .optional(),
  requires: z.object({
    /** Bytes of the largest single GPU buffer (weights or activations, one window, batch of one). */
    largestBuffer: count,
    features: z.array(z.string()),
  }),
  golden: packFile.extend({
    /** Largest allowed |got - expected| / (1e-3 + max |expected|) over a case. */
    tolerance: z.number().positive(),
    cases: z.array(
      z.object({
        graph: z.string(),
        inputs: z.record(z.string(), goldenArray),
        outputs: z.record(z.string(), goldenArray),
      }),
    ),
  }),
  /** Measured quality, free-form figures by metric; shown, never computed with. */
  quality: z.record(z.string(), z.number()),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type Task = z.infer<typeof task>;
/** What of a pack is wanted: all of it, what a task takes, one of its codecs, or what reads the timing off pictures. */
export type PackPart = 'whole' | Task | 'sound-encoder' | 'sound-decoder' | 'picture-decoder' | 'timing';
export type PackFile = z.infer<typeof packFile>;
export type GraphSpec = z.infer<typeof graph>;
export type SamplerDefaults = z.infer<typeof samplerDefaults>;

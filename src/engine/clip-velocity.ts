/**
 * The velocity of a whole clip: all its windows through the networks, guidance branches mixed, windows averaged where they
 * overlap. This is the function the solver integrates.
 */
import { reachOfWords, type Directed } from '../sampler/directed.ts';
import { guideLevel, levelGoal, type LevelGuidance } from '../sampler/level-guidance.ts';
import { mixBranches, type Branch, type BranchWeights, type Mixture } from '../sampler/guidance.ts';
import type { Velocity } from '../sampler/solvers.ts';
import { addWindow, readWindow, windowWeights, type WindowPlan } from '../sampler/windows.ts';
import { concatenate, rows, type Embedded, type Modality, type Networks, type TextEmbedding } from './networks.ts';
import type { TensorScope } from './runner.ts';
import type { Track } from './tracks.ts';

export interface ClipVelocityOptions {
  readonly networks: Networks;
  readonly plan: WindowPlan;
  readonly generated: Track;
  readonly conditioning: Track;
  /** Latents of the whole conditioning clip at its fixed flow time. */
  readonly conditioningX: Float32Array;
  readonly conditioningT: number;
  /** Timing of the sound, as each window's picture was read, window after window. */
  readonly timing: Float32Array | undefined;
  /** How the level of the sound follows its timing, if the pack has it do so. */
  readonly levelGuidance: LevelGuidance | undefined;
  /** How the timing is told, if a person set it; undefined for one that was read. */
  readonly directed?: (Directed & { readonly onsetBias: number }) | undefined;
  readonly prompt: TextEmbedding;
  readonly negative: TextEmbedding;
  readonly mixtureAt: (t: number) => Mixture;
  /** 1 for every latent that is made anew; windows without any are left out. Left out: all are made. */
  readonly renewed?: Uint8Array | undefined;
  /** Owns what stays on the GPU over all steps. */
  readonly scope: TensorScope;
}

/** Windows that run together, and the embedded conditioning that they share over all steps, by the branches of a run. */
interface Group {
  readonly windows: readonly number[];
  readonly conditioning: Map<string, Embedded>;
}

/** Branches that are a run of the same networks, and whether it is told the timing, if there is any. */
interface Kind {
  readonly networks: 'alone' | 'fused';
  readonly told: boolean;
  readonly branches: readonly Branch[];
}

const ALONE: Kind = { networks: 'alone', told: false, branches: ['text'] };
const KINDS: readonly Kind[] = [ALONE, { networks: 'fused', told: true, branches: ['none', 'full'] }];
/** Where words are contrasted untold. */
const KINDS_APART: readonly Kind[] = [
  ALONE,
  { networks: 'fused', told: false, branches: ['none', 'untold'] },
  { networks: 'fused', told: true, branches: ['full'] },
];

export function createClipVelocity(options: ClipVelocityOptions): Velocity {
  const { networks, plan, generated, conditioning, levelGuidance, directed, prompt, negative, scope } = options;
  const textOf = (branch: Branch, modality: Modality) => (branch === 'none' ? negative : prompt)[modality];
  const overlap = windowWeights(plan, generated.perUnit);
  const timingOfWindow = options.timing && rows(options.timing, plan.starts.length);
  const goals =
    timingOfWindow &&
    levelGuidance &&
    plan.starts.map((_, window) => levelGoal(timingOfWindow(window), levelGuidance, directed));
  const reaches =
    timingOfWindow &&
    directed &&
    plan.starts.map((_, window) => reachOfWords(timingOfWindow(window), directed.onsetBias));

  const renews = (start: number) =>
    options.renewed?.subarray(start * generated.perUnit, (start + plan.windowUnits) * generated.perUnit).includes(1);
  const made = [...plan.starts.keys()].filter((window) => renews(plan.starts[window] ?? 0) ?? true);
  const groups: Group[] = [];
  for (let first = 0; first < made.length; first += networks.maxBatch) {
    groups.push({ windows: made.slice(first, first + networks.maxBatch), conditioning: new Map() });
  }

  return async (x, t) => {
    const out = new Float32Array(x.length);
    const mixture = options.mixtureAt(t);
    for (const group of groups) {
      const velocity = await groupVelocity(group, mixture, gather(x, generated, group.windows), t);
      group.windows.forEach((window, index) => {
        const first = (plan.starts[window] ?? 0) * generated.perUnit;
        addWindow(out, velocity(index), first, overlap[window] ?? new Float32Array(), generated.stride);
      });
    }
    return out;
  };

  /** The branches that have a weight, parted into what goes into a run together: all of a kind, if they fit. */
  function runsOf(kind: Kind, weights: BranchWeights, windows: number): (readonly Branch[])[] {
    const branches = kind.branches.filter((branch) => weights[branch] !== 0);
    if (branches.length === 0) return [];
    return branches.length * windows <= networks.maxBatch ? [branches] : branches.map((branch) => [branch]);
  }

  /** The conditioning of a fused run, embedded when it is first needed. */
  async function conditioned({ windows, conditioning: known }: Group, run: readonly Branch[]): Promise<Embedded> {
    const { modality } = conditioning;
    let embedded = known.get(run.join());
    if (!embedded) {
      const x = gather(options.conditioningX, conditioning, windows);
      const texts = run.flatMap((branch) => windows.map(() => textOf(branch, modality)));
      embedded = await networks.embed(modality, { x: repeat(x, run), t: options.conditioningT, texts }, scope);
      known.set(run.join(), embedded);
    }
    return embedded;
  }

  /** The guided velocity of each window of a group, by its index. */
  async function groupVelocity(group: Group, mixture: Mixture, x: Float32Array, t: number) {
    const { windows } = group;
    const { modality } = generated;
    const found = new Map<Branch, (window: number) => Float32Array>();
    for (const kind of mixture.weights.untold === 0 ? KINDS : KINDS_APART) {
      for (const run of runsOf(kind, mixture.weights, windows.length)) {
        const texts = run.flatMap((branch) => windows.map(() => textOf(branch, modality)));
        const batch = { x: repeat(x, run), t, texts };
        const timing = kind.told ? timingOf(windows, run) : undefined;
        const made = await (kind.networks === 'fused'
          ? networks.fused(modality, batch, await conditioned(group, run), timing)
          : networks.alone(modality, batch));
        const ofBranch = rows(made, run.length);
        run.forEach((branch, index) => found.set(branch, rows(ofBranch(index), windows.length)));
      }
    }
    const ofX = rows(x, windows.length);
    return (index: number) => {
      const velocities = Object.fromEntries([...found].map(([branch, velocity]) => [branch, velocity(index)]));
      const mixed = mixBranches(mixture, velocities, reaches?.[windows[index] ?? 0]);
      const goal = goals?.[windows[index] ?? 0];
      return goal && levelGuidance && t < levelGuidance.until ? guideLevel(mixed, ofX(index), t, goal) : mixed;
    };
  }

  /** What the windows' pictures told of the timing, for every branch of a run. */
  function timingOf(windows: readonly number[], run: readonly Branch[]): Float32Array | undefined {
    return timingOfWindow && repeat(concatenate(windows.map(timingOfWindow)), run);
  }

  /** The windows' latents, one after the other. */
  function gather(clip: Float32Array, track: Track, windows: readonly number[]): Float32Array {
    const length = plan.windowUnits * track.perUnit;
    return concatenate(
      windows.map((window) => readWindow(clip, (plan.starts[window] ?? 0) * track.perUnit, length, track.stride)),
    );
  }
}

/** The same values for every branch of a run. */
function repeat(x: Float32Array, run: readonly Branch[]): Float32Array {
  return run.length === 1 ? x : concatenate(run.map(() => x));
}

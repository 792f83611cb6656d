/**
 * The velocity of a whole clip: all its windows through the networks, guidance branches mixed, windows averaged where they
 * overlap. This is the function the solver integrates.
 */
import { mixBranches, type Branch, type BranchWeights } from '../sampler/guidance.ts';
import type { Velocity } from '../sampler/solvers.ts';
import { addWindow, readWindow, windowWeights, type WindowPlan } from '../sampler/windows.ts';
import { concatenate, rows, type Embedded, type Modality, type Networks, type TextEmbedding } from './networks.ts';
import type { TensorScope } from './runner.ts';

/** One generator's clip: how its latents are cut. */
export interface Track {
  readonly modality: Modality;
  /** Latents in a unit of the window plan. */
  readonly perUnit: number;
  /** Values of one latent. */
  readonly stride: number;
}

export interface ClipVelocityOptions {
  readonly networks: Networks;
  readonly plan: WindowPlan;
  readonly generated: Track;
  readonly conditioning: Track;
  /** Latents of the whole conditioning clip at its fixed flow time. */
  readonly conditioningX: Float32Array;
  readonly conditioningT: number;
  readonly prompt: TextEmbedding;
  readonly negative: TextEmbedding;
  readonly weights: BranchWeights;
  /** Owns what stays on the GPU over all steps. */
  readonly scope: TensorScope;
}

/** Windows that run together, and the embedded conditioning they share over all steps. */
interface Group {
  readonly windows: readonly number[];
  readonly conditioning: Embedded | undefined;
}

export async function createClipVelocity(options: ClipVelocityOptions): Promise<Velocity> {
  const { networks, plan, generated, conditioning, prompt, negative, weights, scope } = options;
  const overlap = windowWeights(plan, generated.perUnit);

  const groups: Group[] = [];
  for (let first = 0; first < plan.starts.length; first += networks.maxBatch) {
    const windows = plan.starts.slice(first, first + networks.maxBatch).map((_, index) => first + index);
    groups.push({
      windows,
      conditioning:
        weights.full === 0
          ? undefined
          : await networks.embed(
              conditioning.modality,
              {
                x: gather(options.conditioningX, conditioning, windows),
                t: options.conditioningT,
                texts: windows.map(() => prompt[conditioning.modality]),
              },
              scope,
            ),
    });
  }

  return async (x, t) => {
    const out = new Float32Array(x.length);
    for (const group of groups) {
      const velocity = rows(await groupVelocity(group, gather(x, generated, group.windows), t), group.windows.length);
      group.windows.forEach((window, index) => {
        const first = (plan.starts[window] ?? 0) * generated.perUnit;
        addWindow(out, velocity(index), first, overlap[window] ?? new Float32Array(), generated.stride);
      });
    }
    return out;
  };

  /** Guided velocities of the windows of a group, one after the other. */
  async function groupVelocity(group: Group, x: Float32Array, t: number): Promise<Float32Array> {
    const velocities: Partial<Record<Branch, Float32Array>> = {};
    const textOf = { none: negative[generated.modality], text: prompt[generated.modality] };
    const alone = (['none', 'text'] as const).filter((branch) => weights[branch] !== 0);
    if (alone.length * group.windows.length <= networks.maxBatch && alone.length > 0) {
      // Both branches fit into one run.
      const texts = alone.flatMap((branch) => group.windows.map(() => textOf[branch]));
      const batch = { x: concatenate(alone.map(() => x)), t, texts };
      const branchVelocity = rows(await networks.alone(generated.modality, batch), alone.length);
      alone.forEach((branch, index) => (velocities[branch] = branchVelocity(index)));
    } else {
      for (const branch of alone) {
        const texts = group.windows.map(() => textOf[branch]);
        velocities[branch] = await networks.alone(generated.modality, { x, t, texts });
      }
    }
    if (group.conditioning) {
      const texts = group.windows.map(() => prompt[generated.modality]);
      velocities.full = await networks.fused(generated.modality, { x, t, texts }, group.conditioning);
    }
    return mixBranches(weights, velocities);
  }

  /** The windows' latents, one after the other. */
  function gather(clip: Float32Array, track: Track, windows: readonly number[]): Float32Array {
    const length = plan.windowUnits * track.perUnit;
    return concatenate(
      windows.map((window) => readWindow(clip, (plan.starts[window] ?? 0) * track.perUnit, length, track.stride)),
    );
  }
}

/** From the text of a `manifest.json` to a manifest the app can trust: its schema, and that its parts fit together. */
import { AppError } from '../errors.ts';
import { inTodaysWords } from './earlier-words.ts';
import { phaseProblems } from './phases.ts';
import { manifestSchema, type Manifest, type PackPart, type Task } from './manifest.ts';

/** Problems of one pack shown at once; more would help nobody. */
const SHOWN_PROBLEMS = 3;
const REMEDY = 'The model files do not belong to this version of the app: reload the page, or export the pack again.';

/** @throws AppError `pack-invalid` that names what is wrong */
export function parseManifest(text: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw invalid(['it is not JSON'], error);
  }
  const parsed = manifestSchema.safeParse(inTodaysWords(json));
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`),
      parsed.error,
    );
  }
  const problems = inconsistencies(parsed.data);
  if (problems.length > 0) throw invalid(problems);
  return parsed.data;
}

/** Every graph of that part that a role or a Fusion Block set names, without repeats, in the order in which they are needed. */
export function graphsInUse(manifest: Manifest, part: PackPart = 'whole'): string[] {
  const { roles, fusionSets, tagger, timing } = manifest;
  const { audio, video } = roles;
  const blocks = (task: Task) => fusionSets.flatMap((set) => (set.tasks.includes(task) ? set.blocks : []));
  switch (part) {
    case 'sound-encoder':
      return [roles.audioEncoder];
    case 'sound-decoder':
      return [roles.audioDecoder];
    case 'picture-decoder':
      return [roles.videoDecoder];
    case 'timing':
      return timing ? [timing.encoder] : [];
    case 'v2a':
      // The picture's last segment ends in a velocity that nobody reads.
      return unique([
        ...(timing ? [timing.encoder] : []),
        ...[roles.videoEncoder, roles.text, video.embed, ...video.segments.slice(0, -1)],
        ...(tagger ? [tagger.graph] : []),
        ...[audio.embed, ...audio.segments, ...(timing?.blocks ?? []), ...blocks('v2a'), roles.audioDecoder],
      ]);
    case 'a2v':
      return unique([
        ...[roles.audioEncoder, roles.text, audio.embed, ...audio.segments.slice(0, -1)],
        ...[video.embed, ...video.segments, ...blocks('a2v'), roles.videoDecoder],
      ]);
    case 'whole':
      break;
  }
  return unique([
    roles.text,
    roles.audioEncoder,
    roles.audioDecoder,
    roles.videoEncoder,
    roles.videoDecoder,
    roles.audio.embed,
    ...roles.audio.segments,
    roles.video.embed,
    ...roles.video.segments,
    ...fusionSets.flatMap((set) => set.blocks),
    ...(tagger ? [tagger.graph] : []),
    ...(timing ? [timing.encoder, ...timing.blocks] : []),
  ]);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function inconsistencies(manifest: Manifest): string[] {
  const { grid, graphs, roles, fusionSets, text, timing, phases, golden } = manifest;
  const problems: string[] = [];
  const check = (ok: boolean, problem: string) => {
    if (!ok) problems.push(problem);
  };
  for (const name of graphsInUse(manifest)) check(name in graphs, `there is no graph "${name}"`);
  for (const { graph } of golden.cases) check(graph in graphs, `a golden case names the unknown graph "${graph}"`);
  const close = (a: number, b: number) => Math.abs(a - b) < 1e-6 * b;
  check(
    close(grid.audioLatents * grid.samplesPerLatent, grid.windowSeconds * grid.sampleRate),
    'the audio latents do not span the window',
  );
  check(close(grid.frames, grid.windowSeconds * grid.fps), 'the frames do not span the window');
  check(grid.videoLatents * grid.framesPerLatent === grid.frames, 'the video latents do not span the frames');
  check((manifest.schema === 2) === (phases !== undefined), 'phases of the sound belong to the second schema');
  if (phases) problems.push(...phaseProblems(phases, grid));
  for (const set of fusionSets) {
    const most = Math.min(roles.audio.segments.length, roles.video.segments.length);
    check(set.blocks.length <= most, `the Fusion Block set "${set.name}" has more blocks than there are segments`);
  }
  check(
    (timing?.blocks.length ?? 0) <= roles.audio.segments.length,
    'there are more blocks for the timing than segments of the sound generator',
  );
  if (timing) {
    const { most, least, quiet, loud } = timing.directed;
    check(least < most, 'the smallest logit that is told of an onset is not below the largest');
    check(quiet < loud, 'the level that is told of silence is not below the loudest');
  }
  const words = new Set(text.vocabulary);
  for (const word of Object.values(text.synonyms)) check(words.has(word), `a synonym stands for the unknown "${word}"`);
  return problems;
}

function invalid(problems: readonly string[], cause?: unknown): AppError {
  const shown = problems.slice(0, SHOWN_PROBLEMS).join('; ');
  const more = problems.length > SHOWN_PROBLEMS ? ` (and ${problems.length - SHOWN_PROBLEMS} more)` : '';
  const values = { detail: shown + more };
  return new AppError('pack-invalid', `The model pack's manifest is not valid: ${shown}${more}.`, REMEDY, {
    cause,
    values,
  });
}

import { packFiles } from '../model/pack.ts';
import type { StudioState } from '../state/types.ts';
import { formatBytes } from './format.ts';
import { useStudioState } from './studio-context.ts';

/** What the first generation will cost, said before it is started. */
export function ModelNote() {
  const pack = useStudioState((state) => state.pack);
  const made = useStudioState((state) => state.result !== undefined);
  const text = noteOf(pack, made);
  return text ? <p className="model-note">{text}</p> : null;
}

function noteOf(pack: StudioState['pack'], made: boolean): string {
  if (pack.phase === 'failed') return `${pack.error.message} It is tried again when you generate.`;
  if (pack.phase === 'reading') return '';
  const { manifest } = pack;
  if (made) return `Model “${manifest.name}” is ready.`;
  const bytes = packFiles(manifest).reduce((sum, file) => sum + file.bytes, 0);
  return `The first time, the model “${manifest.name}” (${formatBytes(bytes)}) is downloaded and kept in this browser.`;
}

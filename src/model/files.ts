/** Which files a pack consists of. */
import type { Manifest, PackFile, PackPart } from './manifest.ts';
import { graphsInUse } from './validate.ts';

/** Bytes of all files of a pack. */
export function packBytes(manifest: Manifest): number {
  return packFiles(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The files that a part of a pack needs, without repeats, largest first so that the last downloads are short. */
export function packFiles(manifest: Manifest, part: PackPart = 'whole'): PackFile[] {
  const files = new Map<string, PackFile>();
  const add = ({ file, bytes, sha256 }: PackFile) => files.set(file, { file, bytes, sha256 });
  for (const name of graphsInUse(manifest, part)) {
    const graph = manifest.graphs[name];
    if (!graph) continue; // parseManifest has refused such packs
    add(graph);
    if (graph.data) add(graph.data);
  }
  add(manifest.golden);
  return [...files.values()].sort((a, b) => b.bytes - a.bytes);
}

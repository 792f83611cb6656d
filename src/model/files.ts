/** Which files a pack consists of. */
import type { Manifest, PackFile, PackPart } from './manifest.ts';
import { graphsInUse } from './validate.ts';

/** Bytes of all files of a pack. */
export function packBytes(manifest: Manifest): number {
  return packFiles(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The files that a part of a pack needs, without repeats, in the order in which they are needed; the golden file last. */
export function packFiles(manifest: Manifest, part?: PackPart): PackFile[] {
  return [...filesOf(manifest, graphsInUse(manifest, part)), goldenFile(manifest)];
}

/** What the golden check reads. */
export function goldenFile({ golden: { file, bytes, sha256 } }: Manifest): PackFile {
  return { file, bytes, sha256 };
}

/** The files of graphs, without repeats, in their order. */
export function filesOf(manifest: Manifest, graphs: readonly string[]): PackFile[] {
  const files = new Map<string, PackFile>();
  const add = ({ file, bytes, sha256 }: PackFile) => files.set(file, { file, bytes, sha256 });
  for (const name of graphs) {
    const graph = manifest.graphs[name];
    if (!graph) continue; // parseManifest has refused such packs
    add(graph);
    if (graph.data) add(graph.data);
  }
  return [...files.values()];
}

/**
 * Owns every file and export of the session. Stores hold ids: a blob inside a store would be copied into snapshots and
 * kept alive by them, and object URLs would leak.
 */
import type { BlobId, TakeMedia } from '../take.ts';

export interface BlobRegistry {
  put(blob: Blob): BlobId;
  /** Throws when the id was dropped: a stale id is a bug of the caller. */
  get(id: BlobId): Blob;
  /** The blob as a File, which the media layer wants for its name. */
  file(id: BlobId): File;
  /** The same object URL on every call; revoked by `drop`. */
  url(id: BlobId): string;
  drop(id: BlobId): void;
}

/** Forgets what a take is made of. */
export function dropMedia(blobs: BlobRegistry, media: TakeMedia): void {
  blobs.drop(media.task === 'v2a' ? media.sound : media.clip);
  if (media.latents !== undefined) blobs.drop(media.latents);
}

export function createBlobRegistry(): BlobRegistry {
  const blobs = new Map<BlobId, Blob>();
  const urls = new Map<BlobId, string>();
  let next = 1;

  function get(id: BlobId): Blob {
    const blob = blobs.get(id);
    if (!blob) throw new RangeError(`There is no blob ${id}.`);
    return blob;
  }

  return {
    put(blob) {
      const id = `blob-${next++}` as BlobId;
      blobs.set(id, blob);
      return id;
    },
    get,
    file(id) {
      const blob = get(id);
      return blob instanceof File ? blob : new File([blob], id, { type: blob.type });
    },
    url(id) {
      const known = urls.get(id);
      if (known !== undefined) return known;
      const url = URL.createObjectURL(get(id));
      urls.set(id, url);
      return url;
    },
    drop(id) {
      const url = urls.get(id);
      if (url !== undefined) URL.revokeObjectURL(url);
      urls.delete(id);
      blobs.delete(id);
    },
  };
}

/** A take as the library keeps it, and back. */
import type { StoredTake, TakeBlobs, TakeContent } from '../../library/project-types.ts';
import type { BlobRegistry } from '../services/blobs.ts';
import type { Take, TakeId } from '../take.ts';

export function contentOf({ media: _, ...content }: Take): TakeContent {
  return content;
}

export function blobsOf({ media }: Take, blobs: BlobRegistry): TakeBlobs {
  const latents = media.latents === undefined ? {} : { latents: blobs.get(media.latents) };
  return media.task === 'v2a'
    ? { task: 'v2a', sampleRate: media.sampleRate, sound: blobs.get(media.sound), ...latents }
    : { task: 'a2v', clip: blobs.get(media.clip), ...latents };
}

export function takeOf({ take, blobs: files }: StoredTake, blobs: BlobRegistry): Take {
  const latents = files.latents ? blobs.put(files.latents) : undefined;
  const { id, recipe, notices, ...rest } = take;
  return {
    ...rest,
    id: id as TakeId,
    recipe: recipe,
    notices: notices,
    media:
      files.task === 'v2a'
        ? { task: 'v2a', sound: blobs.put(files.sound), sampleRate: files.sampleRate, latents }
        : { task: 'a2v', clip: blobs.put(files.clip), latents },
  };
}

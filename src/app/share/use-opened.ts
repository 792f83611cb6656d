import { useEffect, useState } from 'react';
import { AppError } from '../../errors.ts';
import type { LoadRequest } from '../../engine/protocol.ts';
import { decodeShare, payloadOf } from '../../share/link.ts';
import type { Opened } from './LandingView.tsx';
import { bytesToHear } from './pack-sound.ts';

/** The share link in the page's address, followed when it changes; undefined when there is none. */
export function useOpened(): Opened | undefined {
  const [hash, setHash] = useState(window.location.hash);
  const [read, setRead] = useState<{ readonly hash: string; readonly opened: Opened }>();
  useEffect(() => {
    const follow = () => setHash(window.location.hash);
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    const payload = payloadOf(hash);
    if (payload === undefined) return;
    let current = true;
    decodeShare(payload).then(
      (share) => current && setRead({ hash, opened: { phase: 'ready', share } }),
      (thrown: unknown) =>
        current && setRead({ hash, opened: { phase: 'bad', error: AppError.from(thrown).toData() } }),
    );
    return () => {
      current = false;
    };
  }, [hash]);
  if (payloadOf(hash) === undefined) return undefined;
  return read?.hash === hash ? read.opened : { phase: 'reading' };
}

/** Bytes that must be fetched before the link can be heard, asked for only when it needs the model; 0 until it is known. */
export function useBytesToFetch(load: LoadRequest, base: string, opened: Opened | undefined): number {
  const [bytes, setBytes] = useState(0);
  const needed = opened?.phase === 'ready' && opened.share.media.kind === 'sketch';
  useEffect(() => {
    if (!needed) return;
    const abort = new AbortController();
    // Playing will say what is wrong with the pack; the size alone is not worth a message.
    bytesToHear(abort.signal, load, base).then(setBytes, () => undefined);
    return () => abort.abort();
  }, [needed, load, base]);
  return bytes;
}

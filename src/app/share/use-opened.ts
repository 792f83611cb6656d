import { useEffect, useState } from 'react';
import { AppError } from '../../errors.ts';
import type { LoadRequest } from '../../engine/protocol.ts';
import { storeFailed } from '../../share/failures.ts';
import { hostingFrom } from '../../share/hosted/hosting.ts';
import { HOSTED_FRAGMENT, readHostedLink } from '../../share/hosted/link.ts';
import { download } from '../../share/hosted/store.ts';
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
    if (!isLink(hash)) return;
    const abort = new AbortController();
    const show = (opened: Opened) => {
      if (!abort.signal.aborted) setRead({ hash, opened });
    };
    openLink(abort.signal, hash, (fraction) => show({ phase: 'reading', fraction })).then(show, (thrown: unknown) =>
      show({ phase: 'bad', error: AppError.from(thrown).toData() }),
    );
    return () => abort.abort();
  }, [hash]);
  if (!isLink(hash)) return undefined;
  return read?.hash === hash ? read.opened : { phase: 'reading' };
}

function isLink(hash: string): boolean {
  return payloadOf(hash) !== undefined || hash.startsWith(`#${HOSTED_FRAGMENT}`);
}

/** Throws AppError. */
async function openLink(signal: AbortSignal, hash: string, onFraction: (fraction: number) => void): Promise<Opened> {
  const link = readHostedLink(hash);
  if (!link) return { phase: 'ready', share: await decodeShare(payloadOf(hash) ?? '') };
  const hosting = hostingFrom(import.meta.env);
  if (!hosting) throw storeFailed('this page has none');
  const { mp4, ...described } = await download(signal, hosting, link, onFraction);
  const share = { ...described, media: { kind: 'clip', mp4 } } as const;
  return { phase: 'ready', share, stored: { host: new URL(hosting.store).host, expires: link.expires } };
}

/** Bytes that must be fetched before the link can be heard, asked for only when it needs the model; 0 until it is known. */
export function useBytesToFetch(load: LoadRequest, base: string, opened: Opened | undefined): number {
  const [bytes, setBytes] = useState(0);
  const hash = opened?.phase === 'ready' && opened.share.media.kind === 'sketch' ? opened.share.recipe.packHash : '';
  useEffect(() => {
    if (hash === '') return;
    const abort = new AbortController();
    // Playing will say what is wrong with the pack; the size alone is not worth a message.
    bytesToHear(abort.signal, load, base, hash).then(setBytes, () => undefined);
    return () => abort.abort();
  }, [hash, load, base]);
  return bytes;
}

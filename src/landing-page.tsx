/** What a shared link holds, and the ways from there into the studio. */
import { useEffect, useMemo } from 'react';
import { pageLoad } from './app/page/variant.ts';
import { LandingView, type Opened } from './app/share/LandingView.tsx';
import { createSoundMaker } from './app/share/pack-sound.ts';
import { useBytesToFetch } from './app/share/use-opened.ts';
import type { Share } from './share/types.ts';

const base = new URL(import.meta.env.BASE_URL, window.location.href).href;
const load = pageLoad(base);

export default function LandingPage({ opened }: { readonly opened: Opened }) {
  const bytesToFetch = useBytesToFetch(load, base, opened);
  const title = opened.phase === 'ready' ? opened.share.title : '';
  useEffect(() => {
    document.title = title === '' ? 'AV-Link Studio' : `${title} – AV-Link Studio`;
  }, [title]);
  const makeSound = useMemo(() => createSoundMaker(load, base), []);
  return (
    <LandingView
      opened={opened}
      makeSound={makeSound}
      bytesToFetch={bytesToFetch}
      onMakeOwn={leave}
      onRemix={(share) => void remix(share)}
    />
  );
}

/** Back to the studio; the browser's own way back leads to the link again. */
function leave(): void {
  window.location.hash = '';
}

async function remix(share: Share): Promise<void> {
  const { studio } = await import('./studio-page.tsx');
  studio.remix(share);
  leave();
}

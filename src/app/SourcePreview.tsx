import { useState, type ReactNode } from 'react';
import type { Source } from '../state/types.ts';
import { formatMedia } from './format.ts';
import { WaveIcon } from './icons.tsx';
import { useStudio } from './studio-context.ts';

/** The file as the browser plays it. What it cannot play the app may still read, and then it says so. */
export function SourcePreview({ source, children }: { readonly source: Source; readonly children: ReactNode }) {
  const studio = useStudio();
  const [unplayable, setUnplayable] = useState<Source>();
  const url = studio.blobs.url(source.blob);
  const onError = () => setUnplayable(source);
  const plays = unplayable !== source;

  return (
    <div className="preview">
      {plays && source.info.video && (
        <video key={url} className="screen" src={url} controls loop playsInline preload="auto" onError={onError} />
      )}
      {plays && !source.info.video && (
        <div className="screen sound-screen">
          <WaveIcon size={56} />
          <audio key={url} src={url} controls preload="auto" onError={onError} />
        </div>
      )}
      {!plays && (
        <div className="screen sound-screen">
          <p>This browser cannot play this kind of file. The app can read it all the same.</p>
        </div>
      )}
      <div className="caption">
        <div>
          <p className="file-name">{source.name}</p>
          <p className="file-facts">{formatMedia(source.info)}</p>
        </div>
        {children}
      </div>
    </div>
  );
}

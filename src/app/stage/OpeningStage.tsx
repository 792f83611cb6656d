import { useState } from 'react';
import type { BlobId } from '../../state/take.ts';
import { stageText } from '../../text/stage.ts';
import { WaveIcon } from '../parts/icons.tsx';
import { useTexts } from '../page/language.ts';
import { useStudio } from '../page/studio-context.ts';

interface OpeningStageProps {
  readonly name: string;
  /** Undefined until it is fetched. */
  readonly file: BlobId | undefined;
}

/** The file that is being opened, seen at once, at the size that it keeps; where the browser cannot show it, its place. */
export function OpeningStage({ name, file }: OpeningStageProps) {
  const t = useTexts(stageText);
  const studio = useStudio();
  const [failed, setFailed] = useState(false);
  const isSound = file !== undefined && studio.blobs.get(file).type.startsWith('audio/');
  return (
    <div className="workbench opening-stage" aria-busy="true">
      <div className="stage-bar">
        <p className="opening">{t.opening(name)}</p>
      </div>
      {file !== undefined && !isSound && !failed ? (
        <video
          className="screen"
          src={studio.blobs.url(file)}
          muted
          playsInline
          preload="auto"
          tabIndex={-1}
          aria-hidden="true"
          onError={() => setFailed(true)}
        />
      ) : (
        <div className="screen sound-screen">{isSound && <WaveIcon size={56} />}</div>
      )}
      <div className="caption">
        <p className="file-name">{name}</p>
      </div>
    </div>
  );
}

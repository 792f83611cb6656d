import { FilmIcon, WaveIcon } from './icons.tsx';
import { Samples } from './Samples.tsx';

export function EmptyStage({ openPicker }: { readonly openPicker: () => void }) {
  return (
    <>
      <div className="drop-zone">
        <div className="drop-icons">
          <FilmIcon size={34} />
          <WaveIcon size={34} />
        </div>
        <p className="drop-title">Drop a video or a sound</p>
        <p className="drop-help">
          A video gets sound that follows its movement; a sound gets a clip that moves with it.
        </p>
        <button type="button" className="button primary" onClick={openPicker}>
          Choose a file
        </button>
        <p className="drop-formats">MP4, MOV, WebM, MKV, AVI · WAV, MP3, M4A, FLAC, OGG · up to 10 minutes</p>
      </div>
      <Samples />
    </>
  );
}

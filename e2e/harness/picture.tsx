/** The React side of a player: a picture whose file is replaced, and a state that is shown. */

import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { PlayerPicture } from '../../src/app/player/PlayerPicture.tsx';
import { usePlayerState } from '../../src/app/player/use-player.ts';
import { sine } from '../../src/dsp/signals.testing.ts';
import { createPlayer } from '../../src/player/player.ts';
import '../../src/app/styles/index.css';

const FILES = ['flash-29.97.mp4', 'flash-24.6.mp4', 'text.mp4'];
const player = createPlayer();
player.setDuration(5);
player.setTracks([{ id: 'tone', sound: { channels: [sine(440, 5, 48_000, 0.2)], sampleRate: 48_000 } }]);
player.select('tone');

function Page() {
  const [file, setFile] = useState(FILES[0]);
  const phase = usePlayerState(player, (state) => state.phase);
  const picture = usePlayerState(player, (state) => state.picture);
  return (
    <main>
      <PlayerPicture player={player} url={`/e2e/fixtures/media/${file}`} label="Film" />
      <button onClick={() => player.toggle()}>Toggle</button>
      {FILES.map((name) => (
        <button key={name} onClick={() => setFile(name)}>
          {name}
        </button>
      ))}
      <p data-testid="state">
        {phase} {picture}
      </p>
    </main>
  );
}

Object.assign(window, { player });

const root = document.querySelector('#root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}

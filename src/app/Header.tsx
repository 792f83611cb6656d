import { ShieldIcon } from './icons.tsx';

export function Header() {
  return (
    <header className="page-head">
      <div className="brand">
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="36" height="36" />
        <div>
          <h1>AV-Link Studio</h1>
          <p className="tagline">Sound for your video. A clip for your sound.</p>
        </div>
      </div>
      <p className="privacy">
        <ShieldIcon />
        <span>Runs on this device. Nothing is uploaded.</span>
      </p>
    </header>
  );
}

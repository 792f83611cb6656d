/**
 * The page: what a shared link holds, or the studio. Each is fetched when it is shown, so that a link plays before anything
 * of the studio has come.
 */
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguage } from './app/page/language.ts';
import { useOpened } from './app/share/use-opened.ts';
import { startTheme } from './app/page/theme.ts';
import './app/styles/index.css';

const StudioPage = lazy(() => import('./studio-page.tsx'));
const LandingPage = lazy(() => import('./landing-page.tsx'));

function Page() {
  const opened = useOpened();
  return <Suspense>{opened ? <LandingPage opened={opened} /> : <StudioPage />}</Suspense>;
}

startLanguage();
startTheme();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

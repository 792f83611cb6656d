/** The player that other pages embed: reads a link, plays it, leads to the app. Holds nothing else of the app. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { EmbedView } from './app/share/EmbedView.tsx';
import { startLanguage } from './app/page/language.ts';
import { pageLoad } from './app/page/variant.ts';
import './app/styles/index.css';

startLanguage();
const base = new URL(import.meta.env.BASE_URL, window.location.href).href;
const root = document.getElementById('root');
if (!root) throw new Error('embed.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <EmbedView load={pageLoad(base)} home={base} />
  </StrictMode>,
);

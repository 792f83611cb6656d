import { useEffect, useState } from 'react';
import { z } from 'zod';
import { preferredBackend, probeCapability, type Capability } from '../../model/capability.ts';
import type { Manifest } from '../../model/manifest.ts';
import { packBytes } from '../../model/files.ts';
import { programsFor } from '../../model/runtime-build.ts';
import { unlikeDefault } from '../../model/variants.ts';
import { packNeed, programNeed, sumOf, type Need } from '../../model/bytes-to-fetch.ts';
import { AppError } from '../../errors.ts';
import { loadRequest } from '../../state/start/page-address.ts';
import type { Estimate } from '../../state/start/estimating.ts';
import { errorText } from '../../text/errors.ts';
import { startText } from '../../text/start.ts';
import { CapabilityCard } from './CapabilityCard.tsx';
import { useLanguage, useTexts } from '../page/language.ts';
import { useIsolatedAfterReload } from '../page/offline.ts';
import { listPrograms } from './programs.ts';
import { recall, remember } from '../page/remembered.ts';
import { useStudio, useStudioState } from '../page/studio-context.ts';

/** The most threads that the engine starts. */
const MAX_THREADS = 4;
const base = () => new URL(import.meta.env.BASE_URL, window.location.href).href;
const wantedBackend = () => loadRequest(window.location.search, base()).backend;

/** Looks at the device as soon as the pack is known, and shows what it found. Nothing large is fetched for it. */
export function ThisDevice() {
  const pack = useStudioState((state) => (state.pack.phase === 'known' ? state.pack : undefined));
  const manifest = pack?.manifest;
  const [found, setFound] = useState<{ readonly capability: Capability; readonly need: Need }>();
  // Another variant takes another time.
  const other = pack && unlikeDefault(pack.variant, pack.variants);
  const key = other === undefined ? KEPT : `${KEPT}-${other}`;
  const [measured, setMeasured] = useState<{ readonly key: string; readonly estimate: Estimate }>();
  const estimate = measured?.key === key ? measured.estimate : recalledEstimate(key);
  const online = useOnline();
  const isolatedAfterReload = useIsolatedAfterReload();
  useEffect(() => {
    if (!manifest) return;
    let wanted = true;
    void probeCapability().then(async (capability) => {
      const need = await neededFor(manifest, capability);
      if (wanted) setFound({ capability, need });
    });
    return () => {
      wanted = false;
    };
  }, [manifest]);
  const failed = useStudioState((state) => state.pack.phase === 'failed');
  // What is wrong with the model is said beside the settings.
  if (failed) return null;
  const facts = found &&
    manifest && {
      ...found,
      requires: manifest.requires,
      wasm: typeof WebAssembly === 'object',
      online,
      isolatedAfterReload,
      wanted: wantedBackend(),
    };
  const threads = found?.capability.crossOriginIsolated ? Math.min(MAX_THREADS, found.capability.cores) : 1;
  const model =
    pack?.variant !== undefined && manifest && pack.variants.length > 1
      ? { variant: pack.variant, bytes: packBytes(manifest) }
      : undefined;
  const onMeasured = (estimate: Estimate) => {
    remember(key, JSON.stringify(estimate));
    setMeasured({ key, estimate });
  };
  return (
    <CapabilityCard facts={facts} threads={threads} {...(model && { model })} {...(estimate && { estimate })}>
      {facts && !estimate && <MeasureButton onMeasured={onMeasured} />}
    </CapabilityCard>
  );
}

const KEPT = 'seconds-here';
const estimateSchema = z.object({ clip: z.number().positive(), seconds: z.number().positive() });

/** What was measured on an earlier visit. */
function recalledEstimate(key: string): Estimate | undefined {
  const kept = recall(key);
  const read = estimateSchema.safeParse(kept === undefined ? undefined : parseJson(kept));
  return read.success ? read.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Written by another version: it is measured again.
    return undefined;
  }
}

/** Two seconds of computing, which load the engine: nothing that should happen unasked. */
function MeasureButton({ onMeasured }: { readonly onMeasured: (estimate: Estimate) => void }) {
  const t = useTexts(startText);
  const language = useLanguage();
  const studio = useStudio();
  const [phase, setPhase] = useState<'idle' | 'running' | AppError>('idle');
  const measure = async () => {
    setPhase('running');
    try {
      onMeasured(await studio.estimate());
    } catch (thrown) {
      setPhase(AppError.from(thrown));
    }
  };
  return (
    <div className="measure">
      <button type="button" className="button small" disabled={phase === 'running'} onClick={() => void measure()}>
        {phase === 'running' ? t.measuring : t.measure}
      </button>
      {phase instanceof AppError && <p role="alert">{errorText(language, phase.toData()).message}</p>}
    </div>
  );
}

async function neededFor(manifest: Manifest, { gpu }: Capability): Promise<Need> {
  const backend = preferredBackend(wantedBackend(), gpu, manifest.requires);
  const programs = programsFor(backend, await listPrograms(base()));
  return sumOf(await packNeed(manifest), await programNeed(programs, base()));
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    window.addEventListener('online', look);
    window.addEventListener('offline', look);
    return () => {
      window.removeEventListener('online', look);
      window.removeEventListener('offline', look);
    };
  }, []);
  return online;
}

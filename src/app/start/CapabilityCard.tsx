import {
  adviceFor,
  expectedBackend,
  roomLeft,
  type Advice,
  type DeviceFacts,
} from '../../state/start/device-advice.ts';
import { gpuReason } from '../../text/errors.ts';
import { startText } from '../../text/start.ts';
import { variantName } from '../../text/variants.ts';
import { backendName, formatBytes, formatNumber, formatSeconds } from '../page/format.ts';
import { AlertIcon, InfoIcon } from '../parts/icons.tsx';
import { useLanguage, useTexts } from '../page/language.ts';

export interface CapabilityCardProps {
  /** Undefined while it is being found out. */
  readonly facts: DeviceFacts | undefined;
  /** The variant of the pack that will be used, with the bytes of all its files; left out where there is no other. */
  readonly model?: { readonly variant: string; readonly bytes: number };
  /** Threads that the processor backend will use. */
  readonly threads: number;
  /** What a clip of `clip` seconds is expected to take here, in seconds; left out until it was measured. */
  readonly estimate?: { readonly clip: number; readonly seconds: number };
  /** Below the facts. */
  readonly children?: React.ReactNode;
}

/** What a first generation will need and be, said before anything is downloaded. */
export function CapabilityCard({ facts, children, ...more }: CapabilityCardProps) {
  const t = useTexts(startText);
  return (
    <section className="device" aria-labelledby="device-title" aria-busy={facts === undefined}>
      <div className="device-head">
        <h2 id="device-title">{t.device}</h2>
        <p className="device-summary">{facts ? <Summary facts={facts} {...more} /> : t.checking}</p>
        {children}
      </div>
      {facts && (
        <>
          <Advised advice={adviceFor(facts)} />
          <details>
            <summary>{t.details}</summary>
            <Facts facts={facts} {...more} />
          </details>
        </>
      )}
    </section>
  );
}

/** One line: whether it can begin, and how long it takes. */
function Summary({ facts: { need }, estimate }: CapabilityCardProps & { readonly facts: DeviceFacts }) {
  const t = useTexts(startText);
  const ready = need.missing === 0 ? t.ready : t.downloadsOnce(formatBytes(need.missing));
  const about = estimate && t.aboutPerClip(formatSeconds(estimate.seconds), formatSeconds(estimate.clip));
  return [ready, about].filter(Boolean).join(' · ');
}

function Facts({ facts, model, threads, estimate }: CapabilityCardProps & { readonly facts: DeviceFacts }) {
  const t = useTexts(startText);
  const language = useLanguage();
  const { capability, need } = facts;
  const backend = expectedBackend(facts);
  const room = roomLeft(capability);
  return (
    <dl>
      <Fact name={t.runsOn}>
        {backendName(backend)}
        {backend === 'wasm' && ` · ${t.threads(formatNumber(threads))}`}
      </Fact>
      <Fact name={t.memory}>
        {capability.deviceMemory === undefined ? t.notTold : t.atLeast(formatBytes(capability.deviceMemory * 1e9))}
      </Fact>
      {model && (
        <Fact name={t.model}>
          {variantName(language, model.variant)} · {formatBytes(model.bytes)}
        </Fact>
      )}
      <Fact name={t.toFetch}>
        {need.missing === 0
          ? t.allHere
          : need.here === 0
            ? formatBytes(need.missing)
            : t.partlyHere(formatBytes(need.missing), formatBytes(need.here))}
      </Fact>
      <Fact name={t.room}>{room === undefined ? t.notTold : t.roomLeft(formatBytes(room))}</Fact>
      {estimate && <Fact name={t.takesAbout(formatSeconds(estimate.clip))}>{formatSeconds(estimate.seconds)}</Fact>}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** These stop a generation or make it fail; the rest only makes it slower. */
const GRAVE: ReadonlySet<Advice['code']> = new Set(['no-wasm', 'offline', 'little-room']);

function Advised({ advice }: { readonly advice: readonly Advice[] }) {
  const t = useTexts(startText);
  const language = useLanguage();
  if (advice.length === 0) return null;
  const say = (item: Advice): string => {
    switch (item.code) {
      case 'no-wasm':
        return t.adviceWasm;
      case 'offline':
        return t.adviceOffline;
      case 'little-room':
        return t.adviceRoom;
      case 'little-memory':
        return t.adviceMemory;
      case 'no-gpu': {
        const { code, reason, detail } = item.obstacle;
        if (code === 'no-adapter') return t.adviceNoGpu;
        return t.adviceGpu(language === 'en' ? reason : gpuReason(code, detail));
      }
      case 'emulated':
        return t.adviceEmulated;
      case 'not-isolated':
        return t.adviceIsolated;
      case 'not-isolated-yet':
        return t.adviceIsolatedYet;
    }
  };
  return (
    <ul className="advice">
      {advice.map((item) => (
        <li key={item.code} data-code={item.code} data-grave={GRAVE.has(item.code)}>
          {GRAVE.has(item.code) ? <AlertIcon /> : <InfoIcon />}
          <span>{say(item)}</span>
          {item.code === 'not-isolated-yet' && (
            <button type="button" className="button small" onClick={() => window.location.reload()}>
              {t.reload}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

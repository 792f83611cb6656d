/** What this device can do for a pack, and what a person should know or do about it. Pure. */
import type { Backend } from '../../engine/protocol.ts';
import { gpuObstacleOf, preferredBackend, type Capability } from '../../model/capability.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Need } from '../../model/bytes-to-fetch.ts';

/** Gigabytes under which long clips are likely to fail. */
const LITTLE_MEMORY = 4;

export type Advice =
  | { readonly code: 'no-wasm' | 'emulated' | IsolationAdvice | 'little-memory' | 'little-room' | 'offline' }
  | { readonly code: 'no-gpu'; readonly obstacle: NonNullable<ReturnType<typeof gpuObstacleOf>> };

/** Threads are missing: for good, or until the page is loaded again through the service worker, which adds the headers. */
type IsolationAdvice = 'not-isolated' | 'not-isolated-yet';

export interface DeviceFacts {
  readonly capability: Capability;
  readonly requires: Manifest['requires'];
  readonly need: Need;
  readonly wasm: boolean;
  readonly online: boolean;
  /** The page is not isolated, and will be when it is loaded again. */
  readonly isolatedAfterReload: boolean;
  /** Asked for by the address; `auto` leaves it to the loader. */
  readonly wanted: Backend | 'auto';
}

/** The backend that a generation will start with; the loader may still have to fall back, and says so then. */
export function expectedBackend({ capability, requires, wanted }: DeviceFacts): Backend {
  return preferredBackend(wanted, capability.gpu, requires);
}

/** Bytes that this site may still store; undefined where the browser does not say. */
export function roomLeft({ storage }: Capability): number | undefined {
  return storage && Math.max(0, storage.quota - storage.usage);
}

/** What is missing, the gravest first. */
export function adviceFor(facts: DeviceFacts): Advice[] {
  const { capability, requires, need, wasm, online, isolatedAfterReload, wanted } = facts;
  const advice: Advice[] = [];
  if (!wasm) advice.push({ code: 'no-wasm' });
  if (!online && need.missing > 0) advice.push({ code: 'offline' });
  const room = roomLeft(capability);
  if (room !== undefined && room < need.missing) advice.push({ code: 'little-room' });
  if (capability.deviceMemory !== undefined && capability.deviceMemory < LITTLE_MEMORY) {
    advice.push({ code: 'little-memory' });
  }
  const obstacle = gpuObstacleOf(capability.gpu, requires);
  if (wanted === 'auto' && obstacle) advice.push({ code: 'no-gpu', obstacle });
  else if (wanted === 'auto' && capability.gpu.available && capability.gpu.software) advice.push({ code: 'emulated' });
  if (!capability.crossOriginIsolated && expectedBackend(facts) === 'wasm') {
    advice.push({ code: isolatedAfterReload ? 'not-isolated-yet' : 'not-isolated' });
  }
  return advice;
}

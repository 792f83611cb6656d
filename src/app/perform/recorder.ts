/** The microphone: asked for when it is opened, recorded in memory, and closed. Nothing of it leaves the page. */
import type { Sound } from '../../dsp/mix.ts';
import { AppError } from '../../errors.ts';
import processorUrl from './recorder-processor.js?url&no-inline';

interface Chunk {
  /** Of the context, from its start. */
  readonly frame: number;
  readonly samples: Float32Array;
}

export interface Recording {
  readonly sound: Sound;
  /** Page seconds (`performance.now()`) at which its first sample reached the microphone. */
  readonly startedAt: number;
}

export interface Microphone {
  /** Forgets what was recorded so far. */
  begin(): void;
  /** Undefined where nothing arrived. */
  recorded(): Recording | undefined;
  close(): void;
}

/** Seconds from the air to the page where the device does not tell. */
const USUAL_LATENCY = 0.01;

/** @param onLevel peak of each block, 0..1, many times a second */
export async function openMicrophone(onLevel: (peak: number) => void): Promise<Microphone> {
  // Missing on pages that were not fetched securely.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw microphoneError('unsupported');
  let stream: MediaStream;
  try {
    // What cleans up speech takes claps for noise.
    const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    stream = await devices.getUserMedia({ audio, video: false });
  } catch (error) {
    throw microphoneError(reasonOf(error), error);
  }
  const context = new AudioContext({ latencyHint: 'interactive' });
  const close = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => undefined);
  };
  try {
    await context.audioWorklet.addModule(processorUrl);
    await context.resume();
  } catch (error) {
    close();
    throw microphoneError('busy', error);
  }
  let chunks: Chunk[] = [];
  /** Page time less the context's: the least is of the message that waited least. */
  let lag = Infinity;
  const node = new AudioWorkletNode(context, 'recorder', { numberOfOutputs: 1, channelCount: 1, channelCountMode: 'explicit' }); // prettier-ignore
  node.port.onmessage = ({ data }: MessageEvent<Chunk>) => {
    lag = Math.min(lag, performance.now() / 1000 - (data.frame + data.samples.length) / context.sampleRate);
    chunks.push(data);
    onLevel(data.samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
  };
  context.createMediaStreamSource(stream).connect(node);
  const settings: MediaTrackSettings & { latency?: number } = stream.getAudioTracks()[0]?.getSettings() ?? {};

  return {
    begin: () => void (chunks = []),
    recorded() {
      const [first, last] = [chunks[0], chunks.at(-1)];
      if (!first || !last) return undefined;
      const samples = new Float32Array(last.frame + last.samples.length - first.frame);
      for (const chunk of chunks) samples.set(chunk.samples, chunk.frame - first.frame);
      const { sampleRate } = context;
      const latency = settings.latency || USUAL_LATENCY;
      return { sound: { channels: [samples], sampleRate }, startedAt: first.frame / sampleRate + lag - latency };
    },
    close,
  };
}

/** What each obstacle is in words, and what to do about it. */
const OBSTACLES = {
  denied: ['The microphone is blocked for this page.', 'Allow it in the address bar, then record again.'],
  missing: ['There is no microphone.', 'Connect one, or tap the hits.'],
  busy: ['The microphone cannot be opened.', 'Close other programs that use it, then record again.'],
  unsupported: ['This page cannot use a microphone here.', 'Open it by HTTPS, or tap the hits.'],
  silent: ['The microphone gave only silence.', 'Check that it is not muted and is the right one, then record again.'],
  nothing: ['No hit is heard in the recording.', 'Clap or tap closer to the microphone, then record again.'],
} as const;
export type MicrophoneObstacle = keyof typeof OBSTACLES;

export function microphoneError(variant: MicrophoneObstacle, cause?: unknown): AppError {
  const [message, remedy] = OBSTACLES[variant];
  return new AppError('microphone', message, remedy, { cause, values: { variant } });
}

function reasonOf(error: unknown): MicrophoneObstacle {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy';
}

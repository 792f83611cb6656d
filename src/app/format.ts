/** Numbers and stages in words. Pure. */
import type { Backend } from '../engine/protocol.ts';
import type { MediaInfo } from '../media/types.ts';
import type { Task } from '../model/manifest.ts';
import type { Stage, StageProgress } from '../state/types.ts';

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** `0.3 s`, `12 s`, `1:05 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}

export function formatMedia({ duration, video, audio }: MediaInfo): string {
  const parts = [formatSeconds(duration)];
  if (video) {
    parts.push(`${video.width} × ${video.height}`);
    if (video.fps > 0) parts.push(`${Number(video.fps.toFixed(2))} fps`);
  }
  parts.push(audio ? 'with sound' : 'no sound');
  return parts.join(' · ');
}

export const BACKEND_NAMES: Readonly<Record<Backend, string>> = {
  webgpu: 'Graphics card (WebGPU)',
  wasm: 'Processor (WASM)',
};

export const TASK_NAMES: Readonly<Record<Task, string>> = { v2a: 'Video to sound', a2v: 'Sound to clip' };

export function stageName(stage: Stage, task: Task): string {
  switch (stage) {
    case 'decode':
      return task === 'v2a' ? 'Reading the picture' : 'Reading the sound';
    case 'download':
      return 'Getting the model';
    case 'prepare':
      return 'Preparing the model';
    case 'encode':
      return task === 'v2a' ? 'Watching' : 'Listening';
    case 'sample':
      return task === 'v2a' ? 'Making sound' : 'Making pictures';
    case 'render':
      return task === 'v2a' ? 'Rendering the sound' : 'Rendering the pictures';
    case 'mux':
      return 'Writing the MP4';
  }
}

export function progressText(progress: StageProgress): string {
  switch (progress.kind) {
    case 'unknown':
      return '';
    case 'fraction':
      return `${Math.round(progress.value * 100)} %`;
    case 'steps': {
      const left = progress.secondsLeft;
      const steps = `${progress.step} of ${progress.steps}`;
      return left === undefined || left < 1 ? steps : `${steps} · about ${formatSeconds(left)} left`;
    }
    case 'bytes':
      return `${formatBytes(progress.loaded)} of ${formatBytes(progress.total)}`;
  }
}

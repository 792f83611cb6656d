/** Units, and what is said of files and backends. Numbers arrive written in the language. */
import { texts } from './language.ts';

export const formatText = texts(
  {
    kilobytes: (n: string) => `${n} kB`,
    megabytes: (n: string) => `${n} MB`,
    gigabytes: (n: string) => `${n} GB`,
    seconds: (n: string) => `${n} s`,
    minutes: (minutes: string, seconds: string) => `${minutes}:${seconds} min`,
    fps: (n: string) => `${n} fps`,
    percent: (n: string) => `${n} %`,
    withSound: 'with sound',
    noSound: 'no sound',
    browser: 'read by the browser',
    ffmpeg: 'read by ffmpeg',
    webgpu: 'Graphics card (WebGPU)',
    wasm: 'Processor (WASM)',
    v2a: 'Video to sound',
    a2v: 'Sound to clip',
  },
  {
    kilobytes: (n) => `${n}kB`,
    megabytes: (n) => `${n}MB`,
    gigabytes: (n) => `${n}GB`,
    seconds: (n) => `${n}초`,
    minutes: (minutes, seconds) => `${minutes}분 ${seconds}초`,
    fps: (n) => `초당 ${n}장`,
    percent: (n) => `${n}%`,
    withSound: '소리 있음',
    noSound: '소리 없음',
    browser: '브라우저로 읽음',
    ffmpeg: 'ffmpeg로 읽음',
    webgpu: '그래픽 카드 (WebGPU)',
    wasm: '프로세서 (WASM)',
    v2a: '영상을 소리로',
    a2v: '소리를 영상으로',
  },
);

/**
 * WAV files of 32-bit float samples: what generated sound is kept as, exactly as it was generated. Samples are copied as they
 * lie in memory, which is little-endian as the format is: WebAssembly knows no other. Pure.
 */

const HEADER = 44;
const FLOAT = 3;
const BYTES = 4;

/** A RIFF WAVE file of mono samples, nominal range -1..1. */
export function wavOf(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER + samples.length * BYTES);
  const view = new DataView(bytes.buffer);
  const name = (at: number, text: string) => [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  name(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  name(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FLOAT, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * BYTES, true);
  view.setUint16(32, BYTES, true);
  view.setUint16(34, 8 * BYTES, true);
  name(36, 'data');
  view.setUint32(40, samples.length * BYTES, true);
  bytes.set(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength), HEADER);
  return bytes;
}

export interface WavSound {
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

/** Reads what `wavOf` writes; throws RangeError on anything else. */
export function soundOf(bytes: Uint8Array): WavSound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const own = bytes.length >= HEADER && view.getUint32(8) === 0x57415645 && view.getUint16(20, true) === FLOAT;
  const length = own ? view.getUint32(40, true) : 0;
  if (!own || view.getUint16(22, true) !== 1 || HEADER + length > bytes.length) {
    throw new RangeError('This is not a mono WAV file of 32-bit float samples.');
  }
  const samples = new Float32Array(bytes.slice(HEADER, HEADER + length - (length % BYTES)).buffer);
  return { samples, sampleRate: view.getUint32(24, true) };
}

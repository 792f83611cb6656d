/** Walks through the frames of an MP3. Pure. */

/** Thousands of bits in a second, by the number in the header: of MPEG 1, and of 2 and 2.5. */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLE_RATES = [44_100, 48_000, 32_000];
/** Tags behind the sound, and what encoders leave there. Bytes. */
const TAIL = 4096;

interface Frame {
  readonly bytes: number;
  /** The same for frames that one decoder reads without being told. */
  readonly kind: string;
}

function frameAt(sound: Uint8Array, at: number): Frame | undefined {
  const [sync = 0, head = 0, rates = 0, mode = 0] = sound.subarray(at, at + 4);
  const version = (head >> 3) & 3;
  // Layer III; version 1 is none.
  if (sync !== 0xff || head >> 5 !== 7 || version === 1 || ((head >> 1) & 3) !== 1) return undefined;
  const rate = (version === 3 ? RATES_1 : RATES_2)[rates >> 4];
  const base = SAMPLE_RATES[(rates >> 2) & 3];
  if (!rate || base === undefined) return undefined;
  const sampleRate = base / (version === 3 ? 1 : version === 2 ? 2 : 4);
  const bytes = Math.floor(((version === 3 ? 144_000 : 72_000) * rate) / sampleRate) + ((rates >> 1) & 1);
  return { bytes, kind: `${sampleRate} ${mode >> 6 === 3 ? 1 : 2}` };
}

/** Whether `sound`, an MP3 without tags in front, is frame after frame of one rate and one number of channels. */
export function isUniformMp3(sound: Uint8Array): boolean {
  let at = 0;
  let kind: string | undefined;
  for (;;) {
    const frame = frameAt(sound, at);
    if (frame === undefined) return kind !== undefined && sound.length - at <= TAIL;
    kind ??= frame.kind;
    if (frame.kind !== kind) return false;
    at += frame.bytes;
  }
}

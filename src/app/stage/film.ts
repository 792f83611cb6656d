/** The pictures of a filmstrip one by one, as the timeline wants them. */
import { useEffect, useState } from 'react';

const NONE: readonly string[] = [];

/** URLs of the `count` pictures that lie side by side in the strip; empty until they are cut. */
export function useFrames(strip: string | undefined, count: number): readonly string[] {
  const [cut, setCut] = useState<readonly string[]>(NONE);
  useEffect(() => {
    let wanted = true;
    const cutting = strip === undefined ? Promise.resolve(NONE) : cutStrip(strip, count);
    cutting.then(
      (urls) => {
        if (wanted) setCut(urls);
        else release(urls);
      },
      // The timeline is complete without pictures.
      (error: unknown) => {
        if (wanted) console.warn('The filmstrip could not be cut.', error);
      },
    );
    return () => {
      wanted = false;
    };
  }, [strip, count]);
  // A strip grows: its pictures stay until those of the next one are there.
  useEffect(() => () => release(cut), [cut]);
  return strip === undefined ? NONE : cut;
}

function release(urls: readonly string[]): void {
  for (const url of urls) URL.revokeObjectURL(url);
}

async function cutStrip(strip: string, count: number): Promise<string[]> {
  const whole = new Image();
  whole.src = strip;
  await whole.decode();
  const width = whole.naturalWidth / count;
  const height = whole.naturalHeight;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width);
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('There is no canvas.');
  const urls: string[] = [];
  for (let k = 0; k < count; k++) {
    context.drawImage(whole, k * width, 0, width, height, 0, 0, canvas.width, height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
    if (blob) urls.push(URL.createObjectURL(blob));
  }
  return urls;
}

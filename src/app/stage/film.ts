/** The pictures of a filmstrip one by one, as the timeline wants them. */
import { useEffect, useState } from 'react';

const NONE: readonly string[] = [];

/** URLs of the `count` pictures that lie side by side in the strip; empty until they are cut. */
export function useFrames(strip: string | undefined, count: number): readonly string[] {
  const [cut, setCut] = useState<{ readonly of: string; readonly urls: readonly string[] }>();
  useEffect(() => {
    if (strip === undefined) return;
    let wanted = true;
    let made: readonly string[] = [];
    cutStrip(strip, count).then(
      (urls) => {
        made = urls;
        if (wanted) setCut({ of: strip, urls });
        else release(urls);
      },
      // The timeline is complete without pictures.
      (error: unknown) => console.warn('The filmstrip could not be cut.', error),
    );
    return () => {
      wanted = false;
      release(made);
    };
  }, [strip, count]);
  return cut && cut.of === strip ? cut.urls : NONE;
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

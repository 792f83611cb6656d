/** Raw pictures as a BMP file: what an <img> shows without any coding worth the name. Pure. */

const HEADER = 54;

/** @param rgb bytes [count, size, size, 3]; the file shows the pictures side by side */
export function bitmapOf(rgb: Uint8Array, count: number, size: number): Blob {
  const width = count * size;
  // Rows are padded to four bytes.
  const stride = 4 * Math.ceil((3 * width) / 4);
  const bytes = new Uint8Array(HEADER + stride * size);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x424d);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  // Negative: the first row is the top one.
  view.setInt32(22, -size, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let k = 0; k < count; k++) {
    for (let y = 0; y < size; y++) {
      let from = (k * size + y) * size * 3;
      let to = HEADER + y * stride + k * size * 3;
      for (let x = 0; x < size; x++, from += 3, to += 3) {
        bytes[to] = rgb[from + 2] ?? 0;
        bytes[to + 1] = rgb[from + 1] ?? 0;
        bytes[to + 2] = rgb[from] ?? 0;
      }
    }
  }
  return new Blob([bytes], { type: 'image/bmp' });
}

/** Bytes to pixels in [0, 1]. */

/** float32(byte) / float32(255), for every byte. */
const unit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

export function toUnit(bytes: Uint8Array): Float32Array {
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = unit[bytes[i]!]!;
  return pixels;
}

/** Numbers in [0, 1) that depend on (seed, round) alone, so a resumed stage draws what an uninterrupted one would. */
export function randomOf(seed: number, round: number): () => number {
  let state = (seed ^ Math.imul(round + 1, 0x9e3779b1)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

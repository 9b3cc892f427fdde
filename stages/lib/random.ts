/**
 * Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, 'Parallel random numbers: as easy as 1, 2, 3').
 * A number is a pure function of (seed, purpose, where it is used), so nothing needs to be saved in a checkpoint,
 * batch order does not change what an example gets, and runs with one seed share their draws at every strength.
 */

/** What numbers are drawn for. Each has a key of its own, so that drawing more for one never shifts another. */
const purposes = { initialisation: 1, order: 2, augmentation: 3, noise: 4, evaluation: 5 } as const;
export type Purpose = keyof typeof purposes;

/** Three 32-bit words saying where numbers are used, for instance (example, epoch, restart). */
export type Place = readonly [a?: number, b?: number, c?: number];

export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  readonly #place: readonly [number, number, number];
  readonly #block = new Uint32Array(4);
  #counter = 0;
  #used = 4;

  constructor(seed: number, purpose: Purpose, [a = 0, b = 0, c = 0]: Place = []) {
    this.#key0 = seed >>> 0;
    this.#key1 = purposes[purpose];
    this.#place = [a, b, c];
  }

  /** The next unsigned 32-bit word. */
  word(): number {
    if (this.#used === 4) {
      philox(this.#block, this.#counter++, ...this.#place, this.#key0, this.#key1);
      this.#used = 0;
    }
    return this.#block[this.#used++]!;
  }

  /** Uniform in [0, 1), a multiple of 2^-24 (exact in float32). */
  uniform(): number {
    return (this.word() >>> 8) * 2 ** -24;
  }

  /** Uniform integer in [0, n). The bias, at most n / 2^32, is far below anything measurable here. */
  integer(n: number): number {
    return Math.floor((this.word() * n) / 2 ** 32);
  }

  /** Standard normal, by Box and Muller's method. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.word() + 1) * 2 ** -32));
    return radius * Math.cos(2 * Math.PI * this.word() * 2 ** -32);
  }
}

/** A uniform permutation of 0 .. n-1 (Fisher and Yates). */
export function permutation(n: number, stream: RandomStream): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = stream.integer(i + 1);
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/** One block of Philox4x32-10: ten rounds over the counter (c0 .. c3) under the key (k0, k1), into `out`. */
export function philox(
  out: Uint32Array,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low0 = Math.imul(multiplier0, c0);
    const low1 = Math.imul(multiplier1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0;
}

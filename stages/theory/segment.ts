/** A segment between two inputs of a plain net, cut where the net stops being linear (Lemma 3.1). */
import { alongPattern, apply, fromFirst, type Pattern, type PlainNet } from './plain-net.ts';

/** A stretch [from, to] of t, on which the net is linear in t. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly pattern: Pattern;
  /** Change of the logits per unit of t: W_L^q … W_1^q (x - x'). */
  readonly slope: Float64Array;
}

export interface Segment {
  /** From t = 0 to t = 1, without gaps. */
  readonly pieces: readonly Piece[];
  /** Logits at t = 0 and t = 1. */
  readonly start: Float64Array;
  readonly end: Float64Array;
}

/** Cuts t -> from + t (to - from), t in [0, 1]. */
export function cutSegment(net: PlainNet, from: Float64Array, to: Float64Array): Segment {
  const ends = [apply(net[0]!, from), apply(net[0]!, to)] as const;
  const cuts = cutsOf(net, ends);
  const direction = difference(ends[1], ends[0]);
  const pieces = cuts.slice(1).map((end, i): Piece => {
    const start = cuts[i]!;
    const { pattern } = fromFirst(net, between(ends[0], ends[1], (start + end) / 2));
    return { from: start, to: end, pattern, slope: alongPattern(net, pattern, direction) };
  });
  return { pieces, start: fromFirst(net, ends[0]).logits, end: fromFirst(net, ends[1]).logits };
}

/**
 * Where a unit changes its state, from 0 to 1. Layer after layer: between the cuts of the layers before, a layer's pre-activations are
 * linear, so each changes sign at most once.
 */
function cutsOf(net: PlainNet, ends: readonly [Float64Array, Float64Array]): number[] {
  let cuts = [0, 1];
  let values = [...ends];
  for (const layer of net.slice(1)) {
    const refined = [cuts[0]!];
    const refinedValues = [values[0]!];
    for (let i = 0; i + 1 < cuts.length; i++) {
      const [a, b] = [values[i]!, values[i + 1]!];
      for (const share of signChanges(a, b)) {
        refined.push(cuts[i]! + share * (cuts[i + 1]! - cuts[i]!));
        refinedValues.push(between(a, b, share));
      }
      refined.push(cuts[i + 1]!);
      refinedValues.push(b);
    }
    cuts = refined;
    values = refinedValues.map((z) =>
      apply(
        layer,
        z.map((value) => Math.max(value, 0)),
      ),
    );
  }
  // Two units that change at one point, to the last bit.
  return cuts.filter((cut, i) => i === 0 || cut > cuts[i - 1]!);
}

/** Shares of the way from a to b at which some value changes its sign, rising. */
function signChanges(a: Float64Array, b: Float64Array): number[] {
  const shares: number[] = [];
  for (let i = 0; i < a.length; i++) if (a[i]! * b[i]! < 0) shares.push(a[i]! / (a[i]! - b[i]!));
  return shares.sort((x, y) => x - y);
}

const between = (a: Float64Array, b: Float64Array, share: number): Float64Array =>
  a.map((value, i) => value + share * (b[i]! - value));

const difference = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]!);

/** Largest difference between the change of the logits and the sum over pieces: the lemma says 0. */
export function identityError({ pieces, start, end }: Segment): number {
  const sum = new Float64Array(start.length);
  for (const { from, to, slope } of pieces)
    for (let i = 0; i < sum.length; i++) sum[i]! += (to - from) * slope[i]!;
  return sum.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (end[i]! - start[i]!))), 0);
}

/**
 * Whether the margin of `label` falls all the way (Assumption 3.1). On a piece logits are linear, so the margin is concave: it falls
 * on all of it if it falls at its start.
 */
export function marginFalls({ pieces, start }: Segment, label: number): boolean {
  const logits = start.slice();
  for (const { from, to, slope } of pieces) {
    if (initialSlope(logits, slope, label) >= 0) return false;
    for (let i = 0; i < logits.length; i++) logits[i]! += (to - from) * slope[i]!;
  }
  return true;
}

/** Of the margin: among the other classes that tie for the greatest logit, the fastest rising one counts. */
function initialSlope(logits: Float64Array, slope: Float64Array, label: number): number {
  let greatest = -Infinity;
  for (let j = 0; j < logits.length; j++) if (j !== label) greatest = Math.max(greatest, logits[j]!);
  const tie = 1e-12 * Math.max(1, Math.abs(greatest));
  let rising = -Infinity;
  for (let j = 0; j < logits.length; j++)
    if (j !== label && logits[j]! >= greatest - tie) rising = Math.max(rising, slope[j]!);
  return slope[label]! - rising;
}

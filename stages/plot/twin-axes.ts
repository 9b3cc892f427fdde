/** Ranges of two y axes with zero at one height, so that a curve below it is seen to be. */

type Range = readonly [low: number, high: number];

/** Room beyond the last mark, as a share of the range. */
const room = 0.08;

/** Both ranges widened to hold zero, with zero at the same share of each. */
export function withCommonZero(left: Range, right: Range): [left: Range, right: Range] {
  const withZero = [left, right].map(([low, high]): Range => {
    const [bottom, top] = [Math.min(0, low), Math.max(0, high)];
    const beyond = room * (top - bottom || 1);
    return [bottom < 0 ? bottom - beyond : 0, top > 0 ? top + beyond : 0];
  });
  const shares = withZero.map(([low, high]) => -low / (high - low || 1));
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  // No lower than the axis that needs most room below zero; where that would squeeze the other one, the middle.
  const share = most <= 0.5 ? most : Math.max(0.5, least);
  const [a, b] = withZero.map((range) => widened(range, share));
  return [a!, b!];
}

/** The least range around this one with zero at a share from 0 to 1 of its length. */
function widened([low, high]: Range, share: number): Range {
  const length = Math.max(share > 0 ? -low / share : 0, share < 1 ? high / (1 - share) : 0);
  return length === 0 ? [-share, 1 - share] : [-share * length, (1 - share) * length];
}

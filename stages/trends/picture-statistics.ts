/**
 * Statistics of a set of pictures of which picture i counts counts[i] times: once each for what was measured, as often as it
 * was drawn for a resample. Arrays may be shorter than the counts: of the first pictures of the set. Each function prepares
 * once what every resample needs, so that a resample costs one or two passes. NaN where nothing is left to take the statistic of.
 */
export type PictureStatistic = (counts: Counts) => number;

export type Counts = Uint8Array;
export type Values = ArrayLike<number>;

/** One type of array in the loops below makes them several times as fast as two or three would. */
const doubles = (values: Values): Float64Array => Float64Array.from(values);

/** Every picture once. */
export const once = (pictures: number): Counts => new Uint8Array(pictures).fill(1);

export const mean = (values: Values): PictureStatistic => {
  const of = doubles(values);
  return (counts) => weightedMean(of, counts);
};

function weightedMean(values: Float64Array, counts: Counts): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += counts[i]! * values[i]!;
    total += counts[i]!;
  }
  return sum / total;
}

/** Sum of one quantity over the sum of another: a mean among some pictures, where the second is 1 for those and 0 for others. */
export const ratio = (above: Values, below: Values): PictureStatistic => {
  const [numerators, denominators] = [doubles(above), doubles(below)];
  return (counts) => {
    let over = 0;
    let under = 0;
    for (let i = 0; i < numerators.length; i++) {
      over += counts[i]! * numerators[i]!;
      under += counts[i]! * denominators[i]!;
    }
    return under === 0 ? NaN : over / under;
  };
};

/** Population form: divided by the number. */
export const std = (values: Values): PictureStatistic => {
  const of = doubles(values);
  return (counts) => Math.sqrt(centralMoment(of, counts, weightedMean(of, counts), 2));
};

/** Third standardised moment, population form: 0 for a symmetric distribution. */
export const skewness = (values: Values): PictureStatistic => {
  const of = doubles(values);
  return (counts) => {
    const centre = weightedMean(of, counts);
    return centralMoment(of, counts, centre, 3) / centralMoment(of, counts, centre, 2) ** 1.5;
  };
};

function centralMoment(values: Float64Array, counts: Counts, centre: number, power: 2 | 3): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - centre;
    sum += counts[i]! * (power === 2 ? deviation * deviation : deviation * deviation * deviation);
    total += counts[i]!;
  }
  return sum / total;
}

/** Median among the pictures whose `among` is 1; the mean of the two middle ones of an even number. */
export const median = (values: Values, among: Values): PictureStatistic => {
  const order = sortedOrder(values).filter((i) => among[i] === 1);
  return (counts) => {
    let total = 0;
    for (const i of order) total += counts[i]!;
    let before = 0;
    let lower: number | undefined;
    for (const i of order) {
      if (counts[i] === 0) continue;
      if (lower !== undefined) return (lower + values[i]!) / 2;
      before += counts[i]!;
      if (2 * before > total) return values[i]!;
      if (2 * before === total) lower = values[i]!;
    }
    return NaN;
  };
};

/** Spearman's correlation of ranks; tied values share their middle rank. */
export const rankCorrelation = (a: Values, b: Values): PictureStatistic => {
  const [rankA, rankB] = [ranks(a), ranks(b)];
  return (counts) => {
    const [ofA, ofB] = [rankA(counts), rankB(counts)];
    const [meanA, meanB] = [weightedMean(ofA, counts), weightedMean(ofB, counts)];
    let both = 0;
    let squaresA = 0;
    let squaresB = 0;
    for (let i = 0; i < ofA.length; i++) {
      const da = ofA[i]! - meanA;
      const db = ofB[i]! - meanB;
      both += counts[i]! * da * db;
      squaresA += counts[i]! * da * da;
      squaresB += counts[i]! * db * db;
    }
    return both / Math.sqrt(squaresA * squaresB);
  };
};

/** Middle ranks under counts, up to a constant; the array is overwritten by the next call. */
function ranks(values: Values): (counts: Counts) => Float64Array {
  const order = sortedOrder(values);
  const found = new Float64Array(values.length);
  return (counts) => {
    let before = 0;
    for (let start = 0; start < order.length;) {
      let end = start;
      let tied = 0;
      while (end < order.length && values[order[end]!] === values[order[start]!])
        tied += counts[order[end++]!]!;
      for (let i = start; i < end; i++) found[order[i]!] = before + tied / 2;
      before += tied;
      start = end;
    }
    return found;
  };
}

const sortedOrder = (values: Values): Int32Array =>
  Int32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);

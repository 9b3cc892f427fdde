/** Margins of a plain net in double precision, as the search for its boundary asks for them. */
import type { MarginOracle } from './boundary.ts';
import { apply, applyTransposed, fromFirst, masked, type PlainNet } from './plain-net.ts';

/** The class of the greatest logit but for `label`; the first on ties. */
function runnerUp(logits: Float64Array, label: number): number {
  let other = label === 0 ? 1 : 0;
  for (let j = 0; j < logits.length; j++) if (j !== label && logits[j]! > logits[other]!) other = j;
  return other;
}

/** @param label the class whose margin is meant */
export function plainMargins(net: PlainNet, label: number): MarginOracle {
  const dimension = net[0]!.cols;
  const marginAt = (x: Float64Array) => {
    const { logits, pattern } = fromFirst(net, apply(net[0]!, x));
    const other = runnerUp(logits, label);
    return { margin: logits[label]! - logits[other]!, other, pattern };
  };
  const rowsOf = (points: Float64Array): Float64Array[] =>
    Array.from({ length: points.length / dimension }, (_, row) =>
      points.subarray(row * dimension, (row + 1) * dimension),
    );
  return {
    dimension,
    margins: (points) => Float64Array.from(rowsOf(points), (x) => marginAt(x).margin),
    withGradients: (points) => {
      const rows = rowsOf(points);
      const gradients = new Float64Array(points.length);
      const margins = Float64Array.from(rows, (x, row) => {
        const { margin, other, pattern } = marginAt(x);
        let back: Float64Array = new Float64Array(net.at(-1)!.rows);
        back[label] = 1;
        back[other] = -1;
        for (let l = net.length - 1; l > 0; l--)
          back = masked(applyTransposed(net[l]!, back), pattern[l - 1]!);
        gradients.set(applyTransposed(net[0]!, back), row * dimension);
        return margin;
      });
      return { margins, gradients };
    },
  };
}

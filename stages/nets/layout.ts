/**
 * PyTorch's memory layout and TensorFlow's: convolutions [out, in, kh, kw] against [kh, kw, in, out], matrices
 * [out, in] against [in, out]; vectors and scalars agree. Weights files use PyTorch's, computations TensorFlow's.
 */

const reversedAxes: Readonly<Record<number, readonly number[]>> = { 2: [1, 0], 4: [3, 2, 0, 1] };
const restoredAxes: Readonly<Record<number, readonly number[]>> = { 2: [1, 0], 4: [2, 3, 1, 0] };

/** Shape and values in PyTorch's layout of an array in TensorFlow's. */
export function toPyTorch(
  data: Float32Array,
  shape: readonly number[],
): { shape: number[]; data: Float32Array } {
  return transpose(data, shape, reversedAxes[shape.length]);
}

export const shapeInPyTorch = (shape: readonly number[]): number[] =>
  reversedAxes[shape.length]?.map((axis) => shape[axis]!) ?? [...shape];

/** Shape and values in TensorFlow's layout of an array in PyTorch's. */
export function toTensorFlow(
  data: Float32Array,
  shape: readonly number[],
): { shape: number[]; data: Float32Array } {
  return transpose(data, shape, restoredAxes[shape.length]);
}

/** Axis i of the result is axis `axes[i]` of the argument. */
function transpose(
  data: Float32Array,
  shape: readonly number[],
  axes: readonly number[] | undefined,
): { shape: number[]; data: Float32Array } {
  if (axes === undefined) return { shape: [...shape], data: data.slice() };
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const newShape = axes.map((axis) => shape[axis]!);
  const newStrides = axes.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  const index = newShape.map(() => 0);
  let source = 0;
  for (let target = 0; target < result.length; target++) {
    result[target] = data[source]!;
    // Counts like an odometer: the last axis turns fastest.
    for (let axis = newShape.length - 1; axis >= 0; axis--) {
      source += newStrides[axis]!;
      if (++index[axis]! < newShape[axis]!) break;
      source -= newStrides[axis]! * newShape[axis]!;
      index[axis] = 0;
    }
  }
  return { shape: newShape, data: result };
}

/** The kernel of a convolution in double precision, row-major as [kernel height, kernel width, inputs, outputs]. */
export interface Kernel {
  readonly shape: readonly [height: number, width: number, inputs: number, outputs: number];
  readonly data: Float64Array;
}

/** Numbers of a weights file, of any of its float types. */
type Numbers = ArrayLike<number> & Iterable<number>;

/**
 * Kernel from an array in layout [height, width, inputs, outputs] (TensorFlow).
 * @throws RangeError where shape and number of values disagree or a value is not finite
 */
export function kernelOf(shape: readonly number[], values: Numbers): Kernel {
  const [height, width, inputs, outputs] = shape;
  if (shape.length !== 4 || shape.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new RangeError(`a convolution's kernel has four sizes, not [${shape.join(', ')}]`);
  }
  const data = Float64Array.from(values);
  const count = shape.reduce((a, b) => a * b, 1);
  if (data.length !== count)
    throw new RangeError(`[${shape.join(', ')}] needs ${count} values, not ${data.length}`);
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`value ${wrong} of the kernel is ${data[wrong]!}`);
  return { shape: [height!, width!, inputs!, outputs!], data };
}

/** A matrix [inputs, outputs] (a fully connected layer) as a 1x1 kernel, which on a 1x1 map is the same linear map. */
export function matrixAsKernel(inputs: number, outputs: number, values: Numbers): Kernel {
  return kernelOf([1, 1, inputs, outputs], values);
}

/** Class-balanced subsets of IDX files (the format of MNIST), as pure functions of bytes. */

/** Big-endian header of an IDX file of unsigned bytes: magic number, then the sizes of its dimensions. */
export interface Idx {
  /** [examples, …size of one example]. */
  readonly shape: readonly number[];
  /** Row-major, one byte a value. */
  readonly data: Uint8Array;
}

const unsignedByte = 0x08;

/** Reads an IDX file of unsigned bytes. Throws where the header and the number of bytes disagree. */
export function parseIdx(bytes: Uint8Array, name: string): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0 || bytes[2] !== unsignedByte) {
    throw new Error(`${name} is not an IDX file of unsigned bytes`);
  }
  const rank = bytes[3]!;
  if (rank === 0 || bytes.length < 4 + 4 * rank) throw new Error(`${name} ends within its header`);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const data = bytes.subarray(4 + 4 * rank);
  const wanted = shape.reduce((a, b) => a * b, 1);
  if (data.length !== wanted)
    throw new Error(`${name} holds ${data.length} values, its header says ${wanted}`);
  return { shape, data };
}

/** The bytes of an IDX file. */
export function formatIdx({ shape, data }: Idx): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint8(2, unsignedByte);
  header.setUint8(3, shape.length);
  shape.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size);
  });
  const bytes = new Uint8Array(header.byteLength + data.length);
  bytes.set(new Uint8Array(header.buffer));
  bytes.set(data, header.byteLength);
  return bytes;
}

/** Indices of the first `perClass` examples of each class, in file order. Throws where a class has fewer. */
export function firstPerClass(labels: Uint8Array, classes: number, perClass: number): number[] {
  const taken = new Array<number>(classes).fill(0);
  const picked: number[] = [];
  labels.forEach((label, index) => {
    if (label >= classes) throw new Error(`label ${label} of example ${index} is not below ${classes}`);
    if (taken[label]! >= perClass) return;
    taken[label]!++;
    picked.push(index);
  });
  const short = taken.findIndex((count) => count < perClass);
  if (short >= 0)
    throw new Error(`class ${short} has only ${taken[short]!} examples, ${perClass} are wanted`);
  return picked;
}

/** The examples at `indices`, in that order. */
export function takeExamples(idx: Idx, indices: readonly number[]): Idx {
  const size = idx.shape.slice(1).reduce((a, b) => a * b, 1);
  const data = new Uint8Array(indices.length * size);
  indices.forEach((index, i) => {
    data.set(idx.data.subarray(index * size, (index + 1) * size), i * size);
  });
  return { shape: [indices.length, ...idx.shape.slice(1)], data };
}

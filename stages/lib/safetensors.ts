/**
 * Reading and writing safetensors files: 8 bytes little-endian header length, a JSON header
 * (`name -> {dtype, shape, data_offsets}`, offsets from the header's end), then raw row-major little-endian data.
 * Bytes depend on the arguments alone: same tensors in the same order, same file.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import * as z from 'zod';

const arrays = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const;

export type Dtype = keyof typeof arrays;
export type TensorData = Float32Array | Float64Array | Int32Array | Uint8Array;

export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major values; its length is the product of `shape`. */
  readonly data: TensorData;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());
const headerSchema = z.record(z.string(), z.unknown());

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Which dtype an array is stored as. */
export function dtypeOf(data: TensorData): Dtype {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

/** A tensor ready to be stored. @throws if the shape does not hold exactly the values. */
export function stored(data: TensorData, shape: readonly number[] = [data.length]): StoredTensor {
  if (size(shape) !== data.length) {
    throw new Error(`a tensor of shape [${shape.join(',')}] holds ${size(shape)} values, not ${data.length}`);
  }
  return { dtype: dtypeOf(data), shape, data };
}

/**
 * Reads a whole safetensors file. Data are copied out, so they are aligned whatever the file's layout.
 * @param skipped names of tensors to leave out, whatever their dtype
 * @throws an error naming the file where it is truncated, malformed, or of a dtype other than F32, F64, I32, U8.
 */
export function readSafetensors(path: string, skipped?: (name: string) => boolean): Safetensors {
  return parseSafetensors(readFileSync(path), path, skipped);
}

/** The same from bytes; `name` stands for the file in messages. */
export function parseSafetensors(
  bytes: Uint8Array,
  name: string,
  skipped: (name: string) => boolean = () => false,
): Safetensors {
  const bad = (why: string): Error => new Error(`${name} is not a valid safetensors file: ${why}`);
  if (bytes.length < 8) throw bad(`it has ${bytes.length} bytes`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const dataStart = 8 + headerLength;
  if (dataStart > bytes.length) throw bad(`its header of ${headerLength} bytes ends beyond the file`);
  const { __metadata__: metadata = {}, ...entries } = parseHeader(bytes.subarray(8, dataStart), bad);

  const tensors = new Map<string, StoredTensor>();
  for (const [key, value] of Object.entries(entries)) {
    if (skipped(key)) continue;
    const entry = entrySchema.safeParse(value);
    if (!entry.success) throw bad(`the entry '${key}' is malformed`);
    tensors.set(key, readTensor(key, entry.data, bytes.subarray(dataStart), bad));
  }
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) throw bad('__metadata__ must hold strings');
  return { tensors, metadata: parsed.data };
}

function parseHeader(bytes: Uint8Array, bad: (why: string) => Error): Record<string, unknown> {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    throw bad('its header is not a JSON object');
  }
}

function readTensor(
  key: string,
  { dtype, shape, data_offsets: [start, end] }: z.output<typeof entrySchema>,
  data: Uint8Array,
  bad: (why: string) => Error,
): StoredTensor {
  if (!(dtype in arrays))
    throw bad(`'${key}' is of dtype ${dtype}; ${Object.keys(arrays).join(', ')} are read`);
  const Type = arrays[dtype as Dtype];
  if (end > data.length) throw bad(`'${key}' ends beyond the file; it is truncated`);
  if (end - start !== size(shape) * Type.BYTES_PER_ELEMENT) {
    throw bad(`'${key}' of shape [${shape.join(',')}] and dtype ${dtype} cannot take ${end - start} bytes`);
  }
  const copy = Uint8Array.prototype.slice.call(data, start, end);
  return { dtype: dtype as Dtype, shape, data: new Type(copy.buffer) };
}

/**
 * Writes a safetensors file whole or not at all: a temporary file beside `path` is renamed over it.
 * `tensors` are (name, tensor) pairs, a Map for instance, stored in their order.
 */
export function writeSafetensors(
  path: string,
  tensors: Iterable<readonly [string, StoredTensor]>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const entries = [...tensors];
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  // Spaces up to a multiple of 8 keep the data aligned, as the format's own library does.
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);

  writeAtomically(path, [length, padded, ...entries.map(([, { data }]) => bytesOf(data))]);
}

const bytesOf = (data: TensorData): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function writeAtomically(path: string, parts: readonly Uint8Array[]): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w');
  try {
    for (const part of parts) {
      let written = 0;
      while (written < part.length) written += writeSync(file, part, written);
    }
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** A tensor that must be there, of the given dtype. @throws an error naming the file and the tensor. */
export function tensorOf<D extends Dtype>(
  file: Safetensors,
  name: string,
  dtype: D,
  path: string,
): StoredTensor & { readonly data: InstanceType<(typeof arrays)[D]> } {
  const tensor = file.tensors.get(name);
  if (tensor === undefined) {
    throw new Error(
      `${path} has no tensor '${name}'; it has ${[...file.tensors.keys()].join(', ') || 'none'}`,
    );
  }
  if (tensor.dtype !== dtype)
    throw new Error(`'${name}' in ${path} is of dtype ${tensor.dtype}, not ${dtype}`);
  return tensor as StoredTensor & { readonly data: InstanceType<(typeof arrays)[D]> };
}

/** Protocol buffers, writing only: https://protobuf.dev/programming-guides/encoding/ */

export type Field = Uint8Array;

const utf8 = new TextEncoder();

function varint(value: bigint | number): number[] {
  // Negative numbers are written as 64-bit two's complement.
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return bytes;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Field of bytes, of text, or of a message given by its fields. */
export function bytes(number: number, content: Uint8Array): Field {
  return concat([Uint8Array.from([...varint((number << 3) | 2), ...varint(content.length)]), content]);
}
export const text = (number: number, content: string): Field => bytes(number, utf8.encode(content));
export const message = (number: number, fields: readonly Field[]): Field => bytes(number, concat(fields));

/** Field of an integer, an enumeration or a truth value. */
export function integer(number: number, value: number | boolean): Field {
  return Uint8Array.from([...varint(number << 3), ...varint(Number(value))]);
}

export function float32(number: number, value: number): Field {
  const field = new Uint8Array(5);
  field[0] = (number << 3) | 5;
  new DataView(field.buffer).setFloat32(1, value, true);
  return field;
}

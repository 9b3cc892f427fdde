import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  parseSafetensors,
  readSafetensors,
  stored,
  tensorOf,
  writeSafetensors,
} from '../../../stages/lib/safetensors.ts';
import { cases, fc } from '../../properties.ts';

type Tail<T> = T extends [unknown, ...infer Rest] ? Rest : never;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const write = (...args: Tail<Parameters<typeof writeSafetensors>>): string => {
  const path = join(folder, 'a.safetensors');
  writeSafetensors(path, ...args);
  return path;
};

describe('safetensors', () => {
  it('gives back what was written, bit for bit, NaN payloads and -0 included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 64 }), fc.uint8Array(), (raw, bytes) => {
        const floats = new Float32Array(raw.slice(0, raw.length & ~3).buffer);
        const file = readSafetensors(
          write(
            [
              ['f', stored(floats)],
              ['b', stored(bytes, [1, bytes.length])],
            ],
            { note: 'α' },
          ),
        );
        const back = tensorOf(file, 'f', 'F32', 'x').data;
        expect(Buffer.from(back.buffer)).toEqual(Buffer.from(floats.buffer));
        expect(tensorOf(file, 'b', 'U8', 'x')).toEqual(stored(bytes, [1, bytes.length]));
        expect(file.metadata).toEqual({ note: 'α' });
      }),
      cases(50),
    );
  });

  it('reads what the format prescribes, whatever the alignment of the data', () => {
    const header = '{"n":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}';
    const bytes = Buffer.alloc(8 + header.length + 8);
    bytes.writeBigUInt64LE(BigInt(header.length));
    bytes.write(header, 8);
    bytes.writeDoubleLE(2.5, 8 + header.length);
    expect(parseSafetensors(bytes, 'x').tensors.get('n')?.data[0]).toBe(2.5);
  });

  it('aligns the data and leaves no temporary file', () => {
    const bytes = readFileSync(write([['a', stored(new Float64Array(3))]]));
    expect(bytes.readBigUInt64LE(0) % 8n).toBe(0n);
    expect(readdirSync(folder)).toEqual(['a.safetensors']);
  });

  it('names the file and the fault', () => {
    const path = write([['a', stored(new Int32Array(3))]]);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 1));
    expect(() => readSafetensors(path)).toThrow(`${path} is not a valid safetensors file: 'a' ends beyond`);
    expect(() => parseSafetensors(whole.subarray(0, 20), 'x')).toThrow('ends beyond the file');
    expect(() => parseSafetensors(whole.subarray(0, 5), 'x')).toThrow('it has 5 bytes');
    const wrongShape = Buffer.from(whole.toString('latin1').replace('[3]', '[4]'), 'latin1');
    expect(() => parseSafetensors(wrongShape, 'x')).toThrow("'a' of shape [4]");
    const wrongType = Buffer.from(whole.toString('latin1').replace('I32', 'Q32'), 'latin1');
    expect(() => parseSafetensors(wrongType, 'x')).toThrow('dtype Q32');
    expect(() => tensorOf(parseSafetensors(whole, 'x'), 'b', 'F32', 'x')).toThrow("no tensor 'b'; it has a");
    expect(() => tensorOf(parseSafetensors(whole, 'x'), 'a', 'F32', 'x')).toThrow('dtype I32, not F32');
    expect(() => stored(new Uint8Array(3), [2])).toThrow('holds 2 values, not 3');
  });
});

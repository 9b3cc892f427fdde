import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { compile, NotRecordable, type Core, type Tensor } from 'ar-pipe/tf';
import { everyBackend, hasNative } from '../rig.ts';

let tf: Core;
beforeAll(async () => {
  tf = await everyBackend();
});

describe.skipIf(!hasNative)('a recording', () => {
  const own: { dispose(): void }[] = [];
  const compiled = (step: (inputs: readonly Tensor[]) => Tensor[]) => {
    const made = compile(step, { name: 'test' });
    own.push(made);
    return made;
  };
  afterEach(() => {
    for (const each of own.splice(0)) each.dispose();
  });

  test('a tensor from outside is refused, computed or just made', () => {
    const made = tf.scalar(3);
    const computed = tf.add(made, 1);
    for (const outside of [made, computed, tf.scalar(4)]) {
      const step = compiled(([x]) => [tf.mul(x!, outside)]);
      tf.tidy(() => {
        expect(() => step([tf.scalar(1)])).toThrow(
          /compile\('test'\): it uses a tensor \(float32 \[\]\) that is none of its inputs/,
        );
      });
      outside.dispose();
    }
  });

  test('reading values is refused', () => {
    tf.tidy(() => {
      const step = compiled(([x]) => [tf.mul(x!, x!.dataSync()[0]!)]);
      expect(() => step([tf.scalar(1)])).toThrow(NotRecordable);
      expect(() => step([tf.scalar(1)])).toThrow(/reads values of a tensor/);
      const later = compiled(([x]) => [tf.mul(x!, tf.mul(x!, 2).arraySync())]);
      expect(() => later([tf.scalar(1)])).toThrow(/reads values of a tensor/);
    });
  });

  test('the error begins at the line of the function that is at fault', () => {
    const outside = tf.scalar(3);
    for (const step of [
      compiled(([x]) => [tf.mul(x!, outside)]),
      compiled(([x]) => [tf.mul(x!, x!.dataSync()[0]!)]),
      compiled(([x]) => [tf.add(x!, Math.random())]),
    ]) {
      tf.tidy(() => {
        let stack = '';
        try {
          step([tf.scalar(1)]);
        } catch (error) {
          stack = (error as Error).stack!;
        }
        const frames = stack.split('\n').filter((line) => line.includes(' at '));
        expect(frames.find((line) => !line.includes('node_modules'))).toContain('record.test.ts');
      });
    }
    outside.dispose();
  });

  test('random numbers are refused, and Math.random is the same function afterwards', () => {
    const before = Object.getOwnPropertyDescriptor(Math, 'random');
    const step = compiled(([x]) => [tf.add(x!, tf.randomUniform([2]))]);
    tf.tidy(() => {
      expect(() => step([tf.zeros([2])])).toThrow(/draws random numbers/);
    });
    expect(Object.getOwnPropertyDescriptor(Math, 'random')).toEqual(before);
    expect(Math.random()).toBeLessThan(1);
  });

  test('after a refusal and after an error of the function nothing is left and all works', () => {
    const before = tf.memory().numTensors;
    const broken = compiled(([x]) => {
      tf.mul(x!, 2);
      throw new Error('my own mistake');
    });
    tf.tidy(() => {
      expect(() => broken([tf.scalar(1)])).toThrow('my own mistake');
      expect(tf.add(1, 2).dataSync()[0]).toBe(3);
      expect(compiled(([x]) => [tf.neg(x!)])([tf.scalar(1)])[0]!.dataSync()[0]).toBe(-1);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

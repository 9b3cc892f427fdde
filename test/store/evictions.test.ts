/** Which results go first, and when it is enough. */
import { describe, expect, it } from 'vitest';
import { chooseEvictions, type Candidate, type Limits } from '../../src/store/evictions.ts';
import { fc } from '../properties.ts';

const day = 24 * 3600e3;
const result = (key: string, more: Partial<Candidate> = {}): Candidate => ({
  kind: 'result',
  key,
  step: key,
  ms: 1000,
  ageMs: day,
  ownBytes: 1,
  objects: [`of ${key}`],
  hold: 'none',
  ...more,
});
const sizes = new Map([
  ['of a', 100],
  ['of b', 100],
  ['of c', 1000],
  ['shared', 50],
]);
const keys = (candidates: readonly Candidate[], limits: Limits, force = false): string[] =>
  chooseEvictions(candidates, sizes, limits, force).evictions.map(({ candidate }) => candidate.key);

describe('by size', () => {
  it('gives up nothing where all fits, and without a limit', () => {
    expect(keys([result('a'), result('b')], { maxBytes: 202 })).toEqual([]);
    expect(keys([result('a'), result('b')], {})).toEqual([]);
  });

  it('gives up what is cheapest to make again per byte, and no more than it must', () => {
    const all = [result('a', { ms: 5000 }), result('b', { ms: 1000 }), result('c', { ms: 9000 })];
    // c takes the longest, but frees ten times as much.
    expect(keys(all, { maxBytes: 500 })).toEqual(['c']);
    expect(keys(all, { maxBytes: 150 })).toEqual(['c', 'b']);
    expect(keys(all, { maxBytes: 0 })).toEqual(['c', 'b', 'a']);
  });

  it('of equals the oldest', () => {
    expect(keys([result('a', { ageMs: 1 }), result('b', { ageMs: 2 })], { maxBytes: 150 })).toEqual(['b']);
  });

  it('counts shared objects once, and as free only with the last who needs them', () => {
    const all = [result('a', { objects: ['shared'] }), result('b', { objects: ['shared'] })];
    const { evictions, bytes, objects } = chooseEvictions(all, sizes, { maxBytes: 10 }, false);
    expect(evictions.map((each) => each.bytes)).toEqual([1, 51]);
    expect([bytes, [...objects]]).toEqual([0, []]);
  });

  it('does not expect to free what a kept result also needs', () => {
    const kept = result('kept', { objects: ['of c'], hold: 'needed' });
    // Without its object, a would be the dearest.
    const all = [kept, result('c', { ms: 1 }), result('a', { ms: 50 })];
    expect(keys(all, { maxBytes: 1010 })).toEqual(['a']);
  });

  it('keeps what targets need, and what is in use; by force all but what is in use, the needed last', () => {
    const all = [
      result('a', { hold: 'needed', ms: 0 }),
      result('b', { ms: 1e9 }),
      result('c', { hold: 'in-use' }),
    ];
    expect(keys(all, { maxBytes: 0, maxAgeMs: 0 })).toEqual(['b']);
    expect(keys(all, { maxBytes: 0 }, true)).toEqual(['b', 'a']);
  });
});

describe('by age', () => {
  it('gives up what is older, whatever the size', () => {
    const all = [result('a', { ageMs: 3 * day }), result('b')];
    expect(keys(all, { maxAgeMs: 2 * day })).toEqual(['a']);
    expect(keys(all, { maxAgeMs: 0 }).sort()).toEqual(['a', 'b']);
  });
});

it('always ends below the limit or with nothing left to give up, and its sums agree', () => {
  const names = ['of a', 'of b', 'of c', 'shared'];
  const candidate = fc.record({
    ms: fc.nat(10_000),
    ageMs: fc.nat(10),
    objects: fc.array(fc.constantFrom(...names), { maxLength: 4 }),
    hold: fc.constantFrom<Candidate['hold']>('none', 'needed', 'in-use'),
  });
  fc.assert(
    fc.property(
      fc.array(candidate, { maxLength: 12 }),
      fc.nat(2000),
      fc.boolean(),
      (parts, maxBytes, force) => {
        const all = parts.map((part, i) => result(String(i), part));
        const { evictions, bytes, objects } = chooseEvictions(all, sizes, { maxBytes }, force);
        const gone = new Set(evictions.map((eviction) => eviction.candidate));
        const left = all.filter((each) => !gone.has(each));
        const digests = new Set(left.flatMap((each) => each.objects));
        const sum = [...digests].reduce((total, digest) => total + sizes.get(digest)!, left.length);
        expect(bytes).toBe(sum);
        expect([...objects].sort()).toEqual([...digests].sort());
        expect([...gone].every(({ hold }) => hold === 'none' || (force && hold === 'needed'))).toBe(true);
        const couldGo = left.some(({ hold }) => hold === 'none' || (force && hold === 'needed'));
        expect(bytes <= maxBytes || !couldGo).toBe(true);
      },
    ),
  );
});

import { describe, expect, it } from 'vitest';
import type { Reason } from '../../src/core/events.ts';
import { reasonsText, reasonText } from '../../src/report/words.ts';

const input = {
  kind: 'input',
  need: 'model',
  step: 'train/ar-4/seed-0',
  output: 'weights.safetensors',
} as const;

describe('reasonText', () => {
  it.each<[Reason, string]>([
    [{ kind: 'new' }, 'first build'],
    [
      { kind: 'code', file: 'stages/train.ts', line: 41, formattingOnly: false },
      'code changed at stages/train.ts:41',
    ],
    [
      { kind: 'code', file: 'stages/train.ts', line: 41, formattingOnly: true },
      'only local names or layout changed at stages/train.ts:41',
    ],
    [
      { kind: 'code', file: 'package.json', line: 1, formattingOnly: false },
      'packages it uses changed (package.json)',
    ],
    [{ kind: 'params', name: 'epsilon', before: 4, after: 8 }, 'epsilon was 4, is now 8'],
    [{ kind: 'params', name: 'net.depth', before: null, after: 20 }, 'net.depth was unset, is now 20'],
    [{ kind: 'params', name: 'note', before: 'a b', after: '' }, 'note was "a b", is now ""'],
    [{ kind: 'params', name: 'lrs', before: [0.1], after: [0.1, 0.01] }, 'lrs was [0.1], is now [0.1,0.01]'],
    [{ ...input, before: 'aa', after: 'bb' }, 'weights.safetensors of train/ar-4/seed-0 changed'],
    [
      { ...input, before: null, after: 'bb' },
      "weights.safetensors of train/ar-4/seed-0 is new as need 'model'",
    ],
    [
      { ...input, step: '', before: 'aa', after: null },
      "weights.safetensors is no longer read as need 'model'",
    ],
    [{ kind: 'file', path: 'data/a.csv', before: 'aa', after: 'bb' }, 'data/a.csv changed'],
    [{ kind: 'file', path: 'data/a.csv', before: null, after: 'bb' }, 'data/a.csv is new'],
    [{ kind: 'file', path: 'data/a.csv', before: 'aa', after: null }, 'data/a.csv is gone'],
    [
      {
        kind: 'file',
        path: 'data/*.csv',
        before: null,
        after: null,
        problem: 'no file matches data/*.csv',
      },
      'no file matches data/*.csv',
    ],
    [{ kind: 'seed', before: 1, after: 2 }, 'seed was 1, is now 2'],
    [{ kind: 'seed', before: null, after: 2 }, 'seed was unset, is now 2'],
    [
      { kind: 'env', name: 'backend', before: 'wasm', after: 'tensorflow' },
      'backend of the environment was wasm, is now tensorflow',
    ],
    [{ kind: 'output-lost', output: 'fig5.svg' }, 'output fig5.svg is gone from the store'],
    [{ kind: 'forced' }, 'forced'],
    [{ kind: 'volatile' }, 'volatile: runs every time'],
    [{ kind: 'upstream', steps: ['train/a'] }, 'waits for train/a'],
    [{ kind: 'upstream', steps: ['train/a', 'b', 'c'] }, 'waits for train/a and 2 more'],
  ])('%j', (reason, text) => {
    expect(reasonText(reason)).toBe(text);
  });

  it('cuts long values short', () => {
    const text = reasonText({ kind: 'params', name: 'text', before: null, after: 'x'.repeat(200) });
    expect(text).toBe(`text was unset, is now ${'x'.repeat(59)}…`);
  });
});

describe('reasonsText', () => {
  it('says the first two and counts the rest', () => {
    const reasons: Reason[] = [
      { kind: 'params', name: 'epsilon', before: 4, after: 8 },
      { kind: 'forced' },
      { kind: 'volatile' },
    ];
    expect(reasonsText(reasons)).toBe('epsilon was 4, is now 8; forced; 1 more reason');
    expect(reasonsText(reasons.slice(0, 1))).toBe('epsilon was 4, is now 8');
  });
});

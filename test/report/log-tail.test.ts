import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logTail } from '../../src/report/log-tail.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ar-pipe-tail-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('logTail', () => {
  const tailOf = (text: string): string[] => {
    writeFileSync(join(folder, 'log'), text);
    return logTail(join(folder, 'log'), 3);
  };

  it('gives the last lines, oldest first', () => {
    expect(tailOf('1\n2\r\n\n4\n\n')).toEqual(['2', '', '4']);
    expect(tailOf('only')).toEqual(['only']);
    expect(tailOf('')).toEqual([]);
  });

  it('reads only the end of a long log', () => {
    expect(tailOf(`${'x'.repeat(200_000)}\nlast\n`)).toEqual([
      expect.stringMatching(/^x{60000,66000}$/),
      'last',
    ]);
  });

  it('is empty where there is no log', () => {
    expect(logTail(join(folder, 'none'))).toEqual([]);
    expect(logTail(folder)).toEqual([]);
  });
});

import { expect, test } from 'vitest';
import { runId } from '../../src/cli/run-id.ts';

test('ids sort as the runs were started, to the millisecond', () => {
  const start = Date.parse('2026-01-02T03:04:05.000Z');
  const ids = [0, 1, 2, 15, 16, 17, 255, 256, 999, 1000].map((ms) => runId(new Date(start + ms)));
  expect(ids.toSorted()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^20260102-03040[56]-[0-9a-f]{6}$/);
});

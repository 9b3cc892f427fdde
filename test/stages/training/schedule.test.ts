import { expect, it } from 'vitest';
import { learningRate, type Schedule } from '../../../stages/training/schedule.ts';

it('drops at the named epochs', () => {
  const schedule: Schedule = { kind: 'steps', at: [100, 150], factor: 0.1 };
  const rates = [0, 99.9, 100, 149, 150, 199].map((progress) =>
    learningRate(schedule, 0.1, progress, 200, 0),
  );
  for (const [i, rate] of [0.1, 0.1, 0.01, 0.01, 0.001, 0.001].entries())
    expect(rates[i]).toBeCloseTo(rate, 12);
});

it('falls along half a cosine, rises while warming up, or stays', () => {
  const cosine = (progress: number): number => learningRate({ kind: 'cosine' }, 0.2, progress, 10, 0);
  expect([0, 5, 10].map((progress) => Number(cosine(progress).toFixed(12)))).toEqual([0.2, 0.1, 0]);
  const constant = (progress: number): number => learningRate({ kind: 'constant' }, 0.2, progress, 10, 2);
  expect([0, 1, 2, 9].map(constant)).toEqual([0, 0.1, 0.2, 0.2]);
});

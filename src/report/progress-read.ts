/** Reads what progress-record.ts wrote, and makes curves of it. */
import { readFileSync } from 'node:fs';
import type { Metrics } from '../core/events.ts';
import { progressPath, type ProgressLine, type ProgressPoint } from './progress-record.ts';

/** One line of the file; undefined where a crash cut it off. */
export function parseProgress(line: string): ProgressLine | undefined {
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    if (typeof value['at'] !== 'string' && typeof value['step'] !== 'string') return undefined;
    if (!('metrics' in value)) return value as unknown as ProgressLine;
    const metrics = Object.fromEntries(
      Object.entries(value['metrics'] as Metrics).filter(([, number]) => typeof number === 'number'),
    );
    return { ...(value as unknown as ProgressPoint), metrics };
  } catch {
    return undefined;
  }
}

/** Empty where nothing was recorded. */
export function readProgress(state: string, run: string): ProgressLine[] {
  try {
    return readFileSync(progressPath(state, run), 'utf8')
      .split('\n')
      .flatMap((line) => parseProgress(line) ?? []);
  } catch {
    return [];
  }
}

/** A metric over the work done, from first to last report. A step resumed from a checkpoint goes on where it was. */
export interface Curve {
  readonly metric: string;
  readonly unit: string;
  readonly points: readonly (readonly [done: number, value: number])[];
}

export function curvesOf(lines: readonly ProgressLine[], step: string): Curve[] {
  const curves = new Map<string, { metric: string; unit: string; points: [number, number][] }>();
  for (const line of lines) {
    if (!('metrics' in line) || line.step !== step) continue;
    for (const [metric, value] of Object.entries(line.metrics)) {
      const id = `${metric}\n${line.unit}`;
      const curve = curves.get(id) ?? { metric, unit: line.unit, points: [] };
      curves.set(id, curve);
      // After a retry the work begins anew.
      while (curve.points.length > 0 && curve.points.at(-1)![0] >= line.done) curve.points.pop();
      curve.points.push([line.done, value]);
    }
  }
  return [...curves.values()];
}

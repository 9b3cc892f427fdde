/** How steps of a run advanced: lines of its record, and the curves they make. Pure; the record itself is progress-record.ts. */
import type { Metrics } from '../core/events.ts';

export interface ProgressPoint {
  readonly t: number;
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  /** Numbers JSON cannot hold were written as null, and are left out here. */
  readonly metrics: Metrics;
}

export type ProgressLine =
  | { readonly owner: unknown; readonly at: string }
  | { readonly t: number; readonly step: string }
  | { readonly t: number; readonly leftMs: number; readonly unknown: number }
  | ProgressPoint;

/** Milliseconds between two points of a step: rare enough that hours of reports stay small, often enough to look alive. */
export const pause = (elapsedMs: number): number => Math.min(10_000, Math.max(250, elapsedMs / 100));

/** One line of the file; undefined where a crash cut it off. */
export function parseProgress(line: string): ProgressLine | undefined {
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    const isKnown = [value['at'], value['step']].some((name) => typeof name === 'string');
    if (!isKnown && typeof value['leftMs'] !== 'number') return undefined;
    if (!('metrics' in value)) return value as unknown as ProgressLine;
    const metrics = Object.fromEntries(
      Object.entries(value['metrics'] as Metrics).filter(([, number]) => typeof number === 'number'),
    );
    return { ...(value as unknown as ProgressPoint), metrics };
  } catch {
    return undefined;
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

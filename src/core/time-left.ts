/** How far a step is and how long it will take, from its progress or from what it took last time. Pure. */

export interface Advance {
  /** Milliseconds of whatever clock its step's times are of. */
  readonly at: number;
  readonly done: number;
}

export interface Pace {
  readonly startedAt: number;
  /** What it took last time, in milliseconds. */
  readonly etaMs: number | null;
  readonly total: number | null;
  readonly unit: string;
  /** First and latest report in the present unit. A step resumed from a checkpoint does not start at 0. */
  readonly first?: Advance;
  readonly latest?: Advance;
}

/** The pace after another report. Another unit or a step back (a retry): earlier reports say nothing about what follows. */
export function advanced<P extends Pace>(
  pace: P,
  { done, total, unit }: { readonly done: number; readonly total: number | null; readonly unit: string },
  at: number,
): P {
  const latest = { at, done };
  const { first, latest: before } = pace;
  const goesOn = before !== undefined && pace.unit === unit && pace.total === total && done >= before.done;
  return { ...pace, total, unit, first: goesOn ? (first ?? latest) : latest, latest };
}

/** Milliseconds until the end; undefined where nothing tells, or where the estimate has been overrun. */
export function timeLeft({ startedAt, etaMs, total, first, latest }: Pace, now: number): number | undefined {
  if (total !== null && first && latest && latest.done > first.done && latest.at > first.at) {
    const msPerUnit = (latest.at - first.at) / (latest.done - first.done);
    return Math.max(0, msPerUnit * (total - latest.done) - (now - latest.at));
  }
  if (etaMs === null) return undefined;
  const left = etaMs - (now - startedAt);
  return left > 0 ? left : undefined;
}

/** Share of the work that is done, 0 to 1; undefined where nothing tells. */
export function share({ startedAt, etaMs, total, latest }: Pace, now: number): number | undefined {
  if (total !== null && total > 0 && latest) return Math.min(1, Math.max(0, latest.done / total));
  if (latest || etaMs === null || etaMs <= 0) return undefined;
  const guess = (now - startedAt) / etaMs;
  return guess < 1 ? guess : undefined;
}

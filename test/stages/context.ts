/** Runs a stage in a folder of its own, as a worker would, without the engine. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, RunContext } from 'ar-pipe';

interface Runnable {
  readonly params?: { parse(value: unknown): unknown };
  readonly run: (context: RunContext<never, never, never>) => Promise<void> | void;
}

export interface StageRun {
  readonly params?: unknown;
  readonly needs?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Folder that survives the run, for checkpoints. */
  readonly checkpoints?: string;
  /** Called after every saved checkpoint with their number. */
  readonly onCheckpoint?: (saved: number) => void;
  readonly onProgress?: () => void;
}

export interface Ran {
  out(name: string): string;
  readonly log: readonly string[];
  readonly progress: readonly (readonly [done: number, total: number | null])[];
}

export async function runStage(stage: unknown, base: string, run: StageRun): Promise<Ran> {
  const { params: schema, run: body } = stage as Runnable;
  const folder = mkdtempSync(join(base, 'job-'));
  const log: string[] = [];
  const progress: (readonly [number, number | null])[] = [];
  const out = (name: string): string => join(folder, name);
  const context = {
    params: schema?.parse(run.params ?? {}),
    needs: run.needs ?? {},
    out,
    tmp: folder,
    seed: run.seed ?? 1,
    log: (line: string) => log.push(line),
    progress: (done: number, total: number | null) => {
      progress.push([done, total]);
      run.onProgress?.();
    },
    checkpoint: checkpointIn(run.checkpoints ?? join(folder, 'checkpoints'), run.onCheckpoint),
    signal: run.signal ?? new AbortController().signal,
    resources: { cpus: 1, memory: 0, gpus: [] },
  };
  await body(context as never);
  return { out, log, progress };
}

function checkpointIn(folder: string, onSaved: StageRun['onCheckpoint']): Checkpoint {
  mkdirSync(folder, { recursive: true });
  const latest = join(folder, 'latest');
  let saved = 0;
  return {
    latest: existsSync(latest) ? latest : null,
    async save(write) {
      const next = mkdtempSync(join(folder, 'next-'));
      await write(next);
      rmSync(latest, { recursive: true, force: true });
      renameSync(next, latest);
      onSaved?.(++saved);
    },
  };
}

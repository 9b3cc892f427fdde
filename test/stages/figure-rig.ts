/** Runs a stage of the figures' side in this process, on files in a temporary folder. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type * as z from 'zod';
import type { Cell, Stage } from 'ar-pipe';
import { stored, writeSafetensors } from '../../stages/lib/safetensors.ts';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-test-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

export interface Made {
  readonly path: (name: string) => string;
  readonly text: (name: string) => string;
  /** Every call of `progress`: [done, total]. */
  readonly progress: readonly (readonly [number, number | null])[];
}

/** Parses the parameters as the engine does, runs the stage and gives access to what it wrote. */
export async function runStage(
  stage: Stage,
  needs: Readonly<Record<string, string | readonly { path: string; cell: Cell }[]>>,
  params: unknown = {},
  signal = new AbortController().signal,
): Promise<Made> {
  const folder = temporaryFolder();
  const progress: [number, number | null][] = [];
  const path = (name: string) => join(folder, name);
  await stage.run({
    params: stage.params ? (stage.params).parse(params) : {},
    needs: needs as never,
    out: path,
    tmp: folder,
    seed: 0,
    log: () => undefined,
    progress: (done: number, total: number | null) => progress.push([done, total]),
    checkpoint: { latest: null, save: () => Promise.resolve() },
    signal,
    resources: { cpus: 1, memory: 2 ** 30, gpus: [] },
  });
  return { path, text: (name) => readFileSync(path(name), 'utf8'), progress };
}

/** A file of per-example results as `evaluate` writes it. */
export function scoresFile(
  folder: string,
  name: string,
  { margin, prob, loss }: Record<'margin' | 'prob' | 'loss', readonly number[]>,
): string {
  const path = join(folder, name);
  writeSafetensors(path, [
    ['margin', stored(Float32Array.from(margin))],
    ['prob', stored(Float32Array.from(prob))],
    ['loss', stored(Float32Array.from(loss))],
  ]);
  return path;
}

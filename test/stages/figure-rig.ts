/** Stages that read tables and arrays, run in this process on files in temporary folders. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Cell } from 'ar-pipe';
import { stored, writeSafetensors } from '../../stages/lib/safetensors.ts';
import { runStage as runInFolder, type Ran } from './context.ts';

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
  readonly progress: Ran['progress'];
}

/** Runs the stage and gives access to what it wrote. */
export async function runStage(
  stage: unknown,
  needs: Readonly<Record<string, string | readonly { path: string; cell: Cell }[]>>,
  params: unknown = {},
  signal = new AbortController().signal,
): Promise<Made> {
  const ran = await runInFolder(stage, temporaryFolder(), { params, needs, signal });
  const path = (name: string) => ran.out(name);
  return { path, text: (name) => readFileSync(path(name), 'utf8'), progress: ran.progress };
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

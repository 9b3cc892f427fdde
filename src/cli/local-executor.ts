/** Steps in worker processes of this machine. */
import { fileURLToPath } from 'node:url';
import type { Report } from '../core/events.ts';
import type { Executor } from '../exec/executor.ts';
import { createPool } from '../exec/pool.ts';

export function localExecutor(jobs: number, report: Report): Executor {
  const workerPath = fileURLToPath(new URL(/* built beside this file */ './worker.js', import.meta.url));
  return createPool({ workerPath, maxWorkers: jobs, report });
}

/** What the main process and a worker say to each other, over Node's IPC channel with serialization 'advanced' (NaN survives). */
import type { Result } from '../core/failure.ts';
import type { Job, JobDone, JobProgress } from './executor.ts';

export type ToWorker = { readonly type: 'run'; readonly job: Job } | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  /** Process group of the command that now runs, or null once it ended: whoever ends the worker ends that too. */
  | { readonly type: 'group'; readonly pid: number | null }
  | {
      readonly type: 'done';
      readonly result: Result<JobDone>;
      /** What a successful job left in the worker, so that it must not be used again, or null. After a failure it never is. */
      readonly retire: string | null;
    };

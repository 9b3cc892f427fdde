/** How a job is run somewhere. `pool.ts` runs it in warm local processes; tests and clusters bring others. */
import type { Metrics } from '../core/events.ts';
import type { Result } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { OutputSpec } from '../core/output.ts';
import type { Produced, WorkerId } from '../store/store.ts';

export type JobNeed =
  string | readonly { readonly path: string; readonly cell: Readonly<Record<string, Json>> }[];

/** What a need's path leads to. */
export interface JobLink {
  readonly path: string;
  /** Null for a folder without files. */
  readonly to: string | null;
  /** Bytes of the store, which may get a second name; a file of the project's is only pointed to. */
  readonly isStored: boolean;
}

export interface Job {
  readonly step: string;
  readonly key: string;
  readonly work:
    | {
        readonly kind: 'stage';
        /** Bundle to import: what was hashed. */ readonly bundle: string;
        readonly sourceMap: string | null;
      }
    | {
        readonly kind: 'command';
        /** Shell text with its placeholders already filled in (paths relative to the job folder). */
        readonly run: string;
        /** Declared helper files, copied into the job folder: name there, path here. */
        readonly files: readonly { readonly name: string; readonly path: string }[];
      };
  /** Private folder: `in/` gets the needs in place of an earlier job's, `out/` receives outputs, `tmp/` is scratch. */
  readonly folder: string;
  readonly params: Json;
  readonly needs: Readonly<Record<string, JobNeed>>;
  /** The folder stays as the job leaves it, for people who look into it. */
  readonly isKept?: boolean;
  /** Made by whoever runs the job. */
  readonly links: readonly JobLink[];
  readonly outputs: readonly OutputSpec[];
  readonly seed: number | null;
  /** The whole environment of the job; secrets included, so never written down. */
  readonly env: Readonly<Record<string, string>>;
  readonly checkpoint: string;
  /** Checkpoints reach the disk before the stage goes on. */
  readonly durable: boolean;
  readonly log: string;
  readonly resources: { readonly cpus: number; readonly memory: number; readonly gpus: readonly number[] };
  readonly timeoutMs: number | null;
  /** Only stages that compute with tensors pay for a numerical worker. */
  readonly numerical: boolean;
  /** Folder of the project, for paths in messages. */
  readonly project: string;
  /** `host:port` on which to wait for a debugger before the stage runs. */
  readonly inspect?: string;
}

export interface JobProgress {
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
  readonly metrics: Metrics;
}

export interface JobDone {
  /** Exactly the declared outputs, each hashed where it was made. */
  readonly produced: Readonly<Record<string, Produced>>;
  readonly metrics: Metrics;
  /** What a numerical stage says it really computed with. */
  readonly backend: Readonly<Record<string, string>> | null;
  readonly ms: number;
}

export interface JobHooks {
  /** Ends the job: first kindly (the stage's `signal` aborts), then by force. */
  readonly signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** The process that now computes; leases record it. */
  onWorker(worker: WorkerId): void;
}

export interface Executor {
  run(job: Job, hooks: JobHooks): Promise<Result<JobDone>>;
  /** Ends all workers and waits until they are gone. */
  close(): Promise<void>;
}

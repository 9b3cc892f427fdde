/**
 * What a run says, as data (docs/cli.md fixes the JSON form). Everything that prints, records or serves a run
 * consumes these; nothing else tells users anything.
 */
import type { Failure } from './failure.ts';
import type { Json } from './json.ts';

/** One named difference between the recipe a step was last built with and the present one. */
export type Reason =
  | { readonly kind: 'new' }
  | { readonly kind: 'code'; readonly file: string; readonly line: number; readonly formattingOnly: boolean }
  | { readonly kind: 'params'; readonly name: string; readonly before: Json; readonly after: Json }
  | {
      readonly kind: 'input';
      readonly need: string;
      readonly step: string;
      readonly output: string;
      readonly before: string | null;
      readonly after: string | null;
    }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly before: string | null;
      readonly after: string | null;
      /** Why the step cannot have it, as in `no file matches data/*.csv`; `after` is then null. */
      readonly problem?: string;
    }
  | { readonly kind: 'seed'; readonly before: number | null; readonly after: number | null }
  | {
      readonly kind: 'env';
      readonly name: string;
      readonly before: string | null;
      readonly after: string | null;
    }
  | { readonly kind: 'output-lost'; readonly output: string }
  | { readonly kind: 'forced' }
  | { readonly kind: 'volatile' }
  | { readonly kind: 'upstream'; readonly steps: readonly string[] };

export interface Counts {
  built: number;
  reused: number;
  failed: number;
  notRun: number;
}

export type Metrics = Readonly<Record<string, number>>;

export type Event =
  | {
      readonly event: 'run-started';
      readonly run: string;
      readonly pipeline: string;
      readonly profile: string;
      readonly targets: readonly string[];
      readonly steps: number;
      readonly at: string;
    }
  | {
      readonly event: 'step-started';
      readonly step: string;
      readonly key: string | null;
      readonly reasons: readonly Reason[];
      readonly etaMs: number | null;
    }
  | {
      readonly event: 'step-progress';
      readonly step: string;
      readonly done: number;
      readonly total: number | null;
      readonly unit: string;
      readonly metrics: Metrics;
    }
  | {
      readonly event: 'step-finished';
      readonly step: string;
      readonly outcome: 'built' | 'reused' | 'failed' | 'not-run';
      readonly key: string | null;
      readonly ms: number;
      readonly from?: 'remote' | 'other-env';
      readonly failure?: Failure;
      /** For not-run: the step that stood in the way, or null where the run was stopped. */
      readonly because?: string | null;
    }
  | {
      readonly event: 'step-repaired';
      readonly step: string;
      readonly output: string;
      readonly digest: string;
    }
  /** A remark for people: which backend is used, what is waited for. Not part of a step's result. */
  | {
      readonly event: 'notice';
      readonly level: 'info' | 'warn';
      readonly message: string;
      readonly step?: string;
    }
  /** How long the run will still take. For people who look on: neither in `run --json` nor in the history. */
  | {
      readonly event: 'forecast';
      readonly leftMs: number;
      /** Steps of whose kind nothing is known yet: it takes longer than that. */
      readonly unknown: number;
    }
  | {
      readonly event: 'run-finished';
      readonly run: string;
      readonly ok: boolean;
      readonly counts: Counts;
      readonly ms: number;
      readonly failure?: Failure;
    };

/** What scripts and the history get. */
export type LastingEvent = Exclude<Event, { readonly event: 'forecast' }>;

export type Report = (event: Event) => void;

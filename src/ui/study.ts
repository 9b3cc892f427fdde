/** A pipeline as the page and the report show it: plain data, made by the command line (src/cli/look.ts). */
import type { Metrics, Reason } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import type { Json } from '../core/json.ts';
import type { DrawnState } from '../report/graph-fold.ts';
import type { PlacedGraph } from '../report/graph-layout.ts';
import type { Curve } from '../report/progress.ts';
import type { Difference } from './compare.ts';

export interface StudyStep {
  readonly step: string;
  readonly state: DrawnState;
  readonly key: string | null;
  readonly reasons: readonly Reason[];
  /** ISO 8601, or null where it was never built here. */
  readonly lastBuilt: string | null;
  readonly estimatedMs: number | null;
  /** Multiply-adds, where the pipeline says so. */
  readonly work?: number;
  readonly failure?: Failure;
  /** Name of the node of the folded graph that stands for it. */
  readonly node: string;
  /** Values of its grid's axes. */
  readonly cell: Readonly<Record<string, string | number | boolean>>;
}

/** A stored file: `name` is the output's, for one in a folder `frames/1.png`. */
export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  /** sha256. */
  readonly digest: string;
}

/** How one step's result came to be. */
export interface Made {
  readonly step: string;
  readonly key: string;
  readonly params: Json;
  readonly seed?: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly backend?: Json | undefined;
  readonly metrics?: Metrics | undefined;
  readonly startedAt: string;
  readonly ms: number;
  readonly host: string;
  readonly run: string;
}

/** What a target gives: the files of its step. A target of several steps gives one result for each, named like the step. */
export interface Result {
  readonly name: string;
  readonly step: string;
  readonly state: DrawnState;
  /** Of its present result, or of its last one where it is not fresh; null where there is none. */
  readonly files: readonly StoredFile[] | null;
  readonly made: Made | null;
}

export interface Study {
  readonly pipeline: string;
  readonly profile: string;
  readonly profiles: readonly string[];
  /** ISO 8601: when the states below were found. */
  readonly lookedAt: string;
  readonly counts: Readonly<Record<DrawnState, number>>;
  /** In graph order. */
  readonly steps: readonly StudyStep[];
  /** Grids folded; null where there are too many nodes to draw. */
  readonly graph: PlacedGraph | null;
  readonly results: readonly Result[];
}

/** One step in full. */
export interface StepDetail {
  readonly step: string;
  readonly stage: string | null;
  readonly declaredAt: string | null;
  readonly params: Json;
  readonly needs: readonly string[];
  readonly recipe: {
    readonly code: string;
    readonly seed?: number | undefined;
    readonly env: Readonly<Record<string, string>>;
    readonly inputs: Readonly<Record<string, unknown>>;
  } | null;
  readonly files: readonly StoredFile[];
  readonly made: Made | null;
  /** Why it was last built; null where that is not known. */
  readonly lastReasons: readonly Reason[] | null;
  readonly log: { readonly path: string; readonly lines: readonly string[] } | null;
  readonly curves: readonly Curve[];
}

/** A pipeline looked at: what it holds, and questions about its parts. */
export interface Look {
  readonly study: Study;
  /** Undefined for a name that is not one of its steps. */
  step(this: void, name: string): StepDetail | undefined;
  /** A fresh step and every step behind it, in graph order; of others what is known of the step itself. */
  lineage(this: void, step: string): readonly Made[];
  /** Two results by their keys; undefined where one is gone from the store. */
  differ(this: void, before: string, after: string): Promise<Difference | undefined>;
  /** Path of a stored file's bytes, or undefined where there is no such file or its bytes are gone. */
  file(this: void, step: string, name: string): Promise<string | undefined>;
}

/** Looks anew; throws PipelineError where the pipeline cannot be loaded. */
export type LookAt = (profile: string | undefined) => Promise<Look>;

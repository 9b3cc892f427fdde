/** The store as the builder sees it. `disk.ts` is the real one; tests have one in memory with the same contract. */
import type { Json } from '../core/json.ts';
import type { Metrics } from '../core/events.ts';
import type { Recipe } from '../key/recipe.ts';

/** sha256 in lower-case hex. */
export type Digest = string;

export interface FileRef {
  readonly digest: Digest;
  readonly bytes: number;
}

/** A stored output: one file, or a folder as a sorted manifest (`digest` is then that of the manifest's canonical JSON). */
export type OutputRef =
  | ({ readonly kind: 'file' } & FileRef)
  | ({ readonly kind: 'dir'; readonly files: Readonly<Record<string, FileRef>> } & FileRef);

/** The stored files of an output: one, or all of a folder. */
export function filesOf(output: OutputRef): readonly FileRef[] {
  return output.kind === 'file' ? [output] : Object.values(output.files);
}

/** What is known of one built step: the recipe, digests of its outputs and facts of the run that made them. */
export interface Entry {
  readonly key: string;
  readonly step: string;
  readonly recipe: Recipe;
  readonly outputs: Readonly<Record<string, OutputRef>>;
  readonly facts: EntryFacts;
}

export interface EntryFacts {
  readonly run: string;
  readonly startedAt: string;
  readonly ms: number;
  readonly host: string;
  readonly profile: string;
  /** Last metrics the stage reported through `progress`. */
  readonly metrics?: Metrics;
  /** For numerical stages: what the worker really computed with. */
  readonly backend?: Json;
  /** Changes of code declared harmless since the result was made, oldest first: `from` key, `code`, `changes`, `at`. */
  readonly accepted?: readonly Json[];
}

/** Output files on their way in: where each lies now, hashed by whoever made it. */
export interface ProducedFile extends FileRef {
  readonly path: string;
}
export type Produced =
  | ({ readonly kind: 'file' } & ProducedFile)
  | { readonly kind: 'dir'; readonly files: Readonly<Record<string, ProducedFile>> };

/** All files of some outputs: `name`, and `name/path` for those of a folder output. */
export function filesByName<F extends FileRef>(
  outputs: Readonly<
    Record<
      string,
      ({ readonly kind: 'file' } & F) | { readonly kind: 'dir'; readonly files: Readonly<Record<string, F>> }
    >
  >,
): Map<string, F> {
  const files = new Map<string, F>();
  for (const [name, output] of Object.entries(outputs)) {
    if (output.kind === 'file') files.set(name, output);
    else for (const [path, file] of Object.entries(output.files)) files.set(`${name}/${path}`, file);
  }
  return files;
}

/** One object for each process: process ids are used again. */
export interface WorkerId {
  readonly pid: number;
}

export interface Lease {
  /** Says which worker computes under this lease, so that one who takes it over can end it: an object for each process. */
  worker(process: WorkerId): void;
  /** True while nobody has taken the lease over. */
  held(): boolean;
  release(): void;
}

/** Some GPUs of this machine, for as long as a step computes on them. */
export interface GpuLease {
  readonly gpus: readonly number[];
  worker(process: WorkerId): void;
  release(): void;
}

/** Hands out the machine's GPUs, across all runs on it. */
export interface GpuLeases {
  /** So many of these, or who has one of those that are missing; never waits, and never keeps fewer. */
  take(wanted: number, among: readonly number[]): Promise<GpuLease | { readonly busy: string }>;
}

/** What a run and `pull` ask of a shared cache. */
export interface SharedResults {
  /** For messages. */
  readonly name: string;
  /**
   * The result of a key with all its bytes, now in the store, or one of the same recipe made under another environment
   * (`envlessKey`); undefined where there is none.
   */
  find(key: string, envlessKey: string | null): Promise<Entry | undefined>;
}

export interface Store {
  /** Whether all that is finished survives a power cut. */
  readonly durable: boolean;
  /** The entry of a key, or undefined. A damaged entry is set aside and counts as absent. */
  find(key: string): Entry | undefined;
  /** Differs for any two contents that `find` gives for a key, told without reading; undefined where there is no entry. */
  stamp(key: string): string | undefined;
  /** An entry with this recipe made under another environment (see Recipe.env), or undefined. */
  findAnyEnv(envlessKey: string): Entry | undefined;
  /**
   * Moves the produced files into the store (all of them are gone from where they were), objects first, the entry last. If an entry for the key exists already it wins
   * and is returned with `differs` naming the outputs that came out otherwise (non-determinism); the new one wins only where
   * the old bytes of such an output are lost. Throws a PipelineError: disk-full, object-corrupt (a file is gone or has another
   * size than it was hashed with), usage (no permission).
   */
  commit(
    entry: Omit<Entry, 'outputs'>,
    produced: Readonly<Record<string, Produced>>,
    envlessKey: string | null,
  ): { entry: Entry; differs: readonly string[] };
  /** Enters a result whose bytes the store has already, unless its key has an entry. */
  adopt(entry: Entry, envlessKey: string | null): void;
  /**
   * Path of an object's bytes, checked (size and digest) the first time it is asked for in this process.
   * Missing or damaged: undefined; damaged bytes are set aside first.
   */
  object(file: FileRef): Promise<string | undefined>;
  /** Digest of stored bytes again, as after a step that might have changed them; false sets the object aside. */
  recheck(file: FileRef): Promise<boolean>;
  /** Whether an object is there with the right size, without reading it. */
  has(file: FileRef): boolean;
  /** The lease of a key if it is free, without waiting; one whose owner died is only taken over by `lease`. */
  leaseAtOnce(key: string): Lease | undefined;
  /** Takes the lease of a key; waits while another live owner holds it (`onWait` says who), or returns undefined when aborted. */
  lease(key: string, onWait: (owner: string) => void, signal: AbortSignal): Promise<Lease | undefined>;
  /**
   * A private folder for one job, on the store's file system. `out` may be there, empty, and `in` with the links of an earlier job.
   */
  jobFolder(needs?: readonly string[]): string;
  /** Gives a job's folder back, with whatever is left in it; it is reused. `isEmpty`: nothing is in it but an empty `out`, and `in`. */
  discardJob(folder: string, isEmpty?: boolean): void;
  /** Folder for a key's checkpoints, made by whoever saves the first one; `dropCheckpoint` removes it with all that is in it. */
  checkpointFolder(key: string): string;
  dropCheckpoint(key: string): void;
  /** Says that this process relies on these results, so that no collector takes them while it lives. `commit` says so itself. */
  rely(keys: Iterable<string>): void;
  /** Puts an entry aside so that it no longer counts. */
  forget(key: string): void;
}

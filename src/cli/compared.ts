/** What `diff` was asked to compare: past runs, steps or keys. */
import { readMetrics } from '../build/metrics.ts';
import type { Compared } from '../build/compare.ts';
import { PipelineError } from '../core/failure.ts';
import { findProject } from '../pipeline/project.ts';
import { readHistory, type PastRun } from '../report/history.ts';
import { openStore } from '../store/disk.ts';
import { entriesIn } from '../store/inventory.ts';
import { layoutOf } from '../store/layout.ts';
import type { Entry, Store } from '../store/store.ts';
import type { CommonOptions } from './options.ts';
import { lookUpResult } from './result.ts';

export type Side =
  | { readonly kind: 'run'; readonly past: PastRun }
  | ({ readonly kind: 'result'; readonly fresh: boolean } & Compared);

const runForm = /^\d{8}-[\d]{0,6}(-[0-9a-f]{0,6})?$/;
const keyForm = /^[0-9a-f]{8,64}$/;

/** Runs and keys may be cut short, as long as one thing is meant. A pipeline that does not load concerns steps alone. */
export async function resolveSide(
  name: string,
  options: Pick<CommonOptions, 'directory' | 'pipeline' | 'profile'>,
): Promise<Side> {
  const project = findProject(options.directory, options.pipeline);
  if (runForm.test(name)) {
    const runs = readHistory(project.state, Infinity).filter(({ run }) => run.startsWith(name));
    const past = theOne(name, runs, ({ run }) => run);
    if (past) return { kind: 'run', past };
  }
  if (keyForm.test(name)) {
    const store = openStore(project.store);
    const keys = [...entriesIn(layoutOf(project.store))].filter((file) => file.name.startsWith(name));
    const key = theOne(name, keys, (file) => file.name)?.name;
    const entry = key === undefined ? undefined : store.find(key);
    if (entry) return result(entry, true, store);
  }
  const { entry, fresh, store } = await lookUpResult(name, options);
  return result(entry, fresh, store);
}

async function result(entry: Entry, fresh: boolean, store: Store): Promise<Side> {
  return { kind: 'result', fresh, entry, metrics: await readMetrics(entry, store) };
}

function theOne<T>(name: string, found: readonly T[], nameOf: (one: T) => string): T | undefined {
  if (found.length <= 1) return found[0];
  throw new PipelineError({
    reason: 'usage',
    message: `'${name}' is the start of ${found.length} names`,
    hint: `write more of it, for instance ${nameOf(found[0]!)}`,
  });
}

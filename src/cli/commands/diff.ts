import { compare, type Compared, type Comparison } from '../../build/compare.ts';
import { readMetrics } from '../../build/metrics.ts';
import type { Event } from '../../core/events.ts';
import { PipelineError } from '../../core/failure.ts';
import { createCoder } from '../../key/code.ts';
import { findProject } from '../../pipeline/project.ts';
import { diffResultsText, diffRunsText, type RunsView } from '../../report/diff-text.ts';
import { readRun, type PastRun } from '../../report/history.ts';
import { openStore } from '../../store/disk.ts';
import type { Entry } from '../../store/store.ts';
import { resolveSide } from '../compared.ts';
import type { Action } from '../action.ts';
import type { CommonOptions } from '../options.ts';
import { print, printJson, say, terminalWidth } from '../output.ts';

export const diffCommand: Action = async ([first, second], options) => {
  const [a, b] = [await resolveSide(first!, options), await resolveSide(second!, options)];
  const how = { color: options.color, verbose: options.verbose, width: terminalWidth() };
  if (a.kind === 'run' && b.kind === 'run') {
    const document = await compareRuns(a.past, b.past, options);
    if (options.json) printJson({ kind: 'runs', ...document });
    else print(diffRunsText(document, how));
    return 0;
  }
  if (a.kind === 'run' || b.kind === 'run') {
    throw new PipelineError({
      reason: 'usage',
      message: `${a.kind === 'run' ? first! : second!} is a run, ${a.kind === 'run' ? second! : first!} is the result of a step`,
      hint: 'compare two runs, or two steps or keys',
    });
  }
  for (const { entry, fresh } of [a, b])
    if (!fresh) say(`${entry.step} is not fresh: this is its last result, of ${entry.facts.startedAt}`);
  const document = {
    a: headOf(a.entry),
    b: headOf(b.entry),
    ...compareResults(a, b, options),
  };
  if (options.json) printJson({ kind: 'results', ...document });
  else print(diffResultsText(document, how));
  return 0;
};

const headOf = ({ step, key, facts: { run, startedAt, ms, profile } }: Entry) => ({
  step,
  key,
  run,
  startedAt,
  ms,
  profile,
});

/** A comparison, and the place where the code first differs, if both are of one step and still known. */
function compareResults(
  a: Compared,
  b: Compared,
  options: CommonOptions,
): Comparison & { codeAt: string | null } {
  return { ...compare(a, b, options.verbose), codeAt: codeDifference(a.entry, b.entry, options) };
}

function codeDifference(a: Entry, b: Entry, options: CommonOptions): string | null {
  if (a.step !== b.step || a.recipe.code === b.recipe.code) return null;
  const { folder, state } = findProject(options.directory, options.pipeline);
  const { file, line } = createCoder(folder, state).explain(a.recipe.code, b.recipe.code, '');
  return file === '' ? null : `${file}:${line}`;
}

async function compareRuns(a: PastRun, b: PastRun, options: CommonOptions): Promise<RunsView> {
  const { state, store: root } = findProject(options.directory, options.pipeline);
  const store = openStore(root);
  const [left, right] = [stepsOf(state, a.run), stepsOf(state, b.run)];
  const read = async (key: string | null | undefined): Promise<Compared | undefined> => {
    const entry = key === null || key === undefined ? undefined : store.find(key);
    return entry && { entry, metrics: await readMetrics(entry, store) };
  };
  const steps: RunsView['steps'][number][] = [];
  for (const step of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(step) ?? null, right.get(step) ?? null];
    const same = one !== null && other !== null && one.key !== null && one.key === other.key;
    const results = same ? [] : [await read(one?.key), await read(other?.key)];
    steps.push({
      step,
      a: one,
      b: other,
      same,
      difference: results[0] && results[1] ? compareResults(results[0], results[1], options) : null,
    });
  }
  return { a, b, steps: options.verbose ? steps : steps.filter(({ same }) => !same), same: count(steps) };
}

const count = (steps: RunsView['steps']): number => steps.filter(({ same }) => same).length;

function stepsOf(state: string, run: string): Map<string, NonNullable<RunsView['steps'][number]['a']>> {
  const finished = readRun(state, run).filter(
    (event): event is Extract<Event, { event: 'step-finished' }> => event.event === 'step-finished',
  );
  return new Map(finished.map(({ step, outcome, key, ms }) => [step, { outcome, key, ms }]));
}

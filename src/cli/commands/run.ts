import { isNumerical } from '../../build/environment.ts';
import { patternsOf } from '../../build/local-inputs.ts';
import { makePlan } from '../../build/plan.ts';
import { prepare } from '../../build/prepare.ts';
import { run, type RunResult } from '../../build/run.ts';
import type { Report } from '../../core/events.ts';
import { closure } from '../../pipeline/graph.ts';
import { recordRun } from '../../report/history.ts';
import { plural } from '../../report/measures.ts';
import { paint, type Paint } from '../../report/paint.ts';
import { recordProgress } from '../../report/progress-record.ts';
import { createAnnouncer } from '../../watch/announce.ts';
import { thisProcess } from '../../store/owner.ts';
import type { SharedResults } from '../../store/store.ts';
import { statusDocument } from '../documents.ts';
import { visibleGpus } from '../gpus.ts';
import { growHeapSlowly } from '../heap.ts';
import { onInterrupt } from '../interrupt.ts';
import { linkable } from '../links.ts';
import { localExecutor } from '../local-executor.ts';
import type { Action } from '../action.ts';
import { makeFolder } from '../make-folder.ts';
import { checkExecutor, choiceOption, jobsOption, policyOption, type CommonOptions } from '../options.ts';
import { print, printJson, terminalWidth } from '../output.ts';
import { chooseReporter } from '../reporter.ts';
import { runId } from '../run-id.ts';
import { forcedSteps, selectionOf } from '../selection.ts';
import { strings } from '../strings.ts';
import { isLiveRun } from '../tidy/live-runs.ts';
import { tidyAfterRun } from '../tidy/tidy.ts';
import { openWorkshop, type Opened } from '../workshop.ts';

export const runCommand: Action = async (selectors, options, given) => {
  const jobs = jobsOption(given['jobs']);
  const policy = policyOption(given['onFailure'], given['keepGoing']);
  const anyEnv = choiceOption('--env', given['env'] ?? 'any', ['any', 'exact']) === 'any';
  checkExecutor(given['executor']);
  const sinks: Report[] = [];
  const report: Report = (event) => {
    for (const sink of sinks) sink(event);
  };
  const announce = createAnnouncer();
  const workshop = await openWorkshop(options, {
    onSources: announce.sources,
    set: strings(given['set']),
    durable: given['durable'] === true,
    onDamage: ({ kind, name, why }) => {
      report({
        event: 'notice',
        level: 'warn',
        message: `${kind} ${name.slice(0, 12)} in the store ${why}; it was set aside and is made again`,
      });
    },
  });
  const selection = selectionOf(workshop.loaded, selectors);
  const steps = closure(selection.steps);
  announce.inputs(patternsOf(steps));
  const forced = forcedSteps(workshop.loaded, strings(given['force']), steps);
  if (given['dryRun'] === true) return dryRun(workshop, steps, { forced, anyEnv }, options);

  makeFolder(workshop.project.store);
  const id = runId(new Date());
  const reporter = await chooseReporter(options, given, workshop.project.folder);
  const { state } = workshop.project;
  const isLive = (other: string): boolean => isLiveRun(state, other, Date.now());
  sinks.push(
    reporter.report,
    recordProgress(state, id, thisProcess(), isLive),
    recordRun(state, id, reporter.say, isLive),
  );
  const worked: string[] = [];
  sinks.push((event) => {
    if (event.event === 'step-started') worked.push(event.step);
  });
  announce.hear(reporter.say);
  const interrupt = onInterrupt(reporter.say, announce.isWatched);
  const executor = localExecutor(jobs, report, {
    onWork: () => {
      growHeapSlowly(steps.length);
    },
  });
  try {
    if (!options.quiet && steps.some(isNumerical))
      report({ event: 'notice', level: 'info', message: workshop.backend.notice });
    const shared =
      given['offline'] === true ? undefined : await sharedCache(workshop, report, interrupt.stop.signal);
    const result = await run(
      workshop,
      executor,
      { id, shared, selection, policy, jobs, gpus: visibleGpus(), forced, anyEnv, ...interrupt },
      report,
    );
    reporter.stop();
    if (!options.json && !options.quiet)
      printPublished(
        result,
        paint(options.color, linkable(workshop.project.folder, process.stdout, options.color)),
      );
    tidyAfterRun(workshop.project, id, worked);
    return interrupt.status() ?? (result.ok ? 0 : 1);
  } finally {
    reporter.stop();
    interrupt.dispose();
    await executor.close();
    workshop.flush();
  }
};

/** Loaded only where there is one. */
async function sharedCache(
  workshop: Opened,
  report: Report,
  signal: AbortSignal,
): Promise<SharedResults | undefined> {
  if (!workshop.loaded.pipeline.remote && !process.env['AR_PIPE_REMOTE']) return undefined;
  const { sharedResults } = await import('../remote.ts');
  return sharedResults(workshop, report, signal);
}

async function dryRun(
  workshop: Opened,
  steps: Parameters<typeof makePlan>[0],
  how: { forced: ReadonlySet<(typeof steps)[number]>; anyEnv: boolean },
  options: CommonOptions,
): Promise<number> {
  const { loaded, last } = workshop;
  const plan = makePlan(steps, await prepare(workshop, steps, how));
  const document = statusDocument(loaded.name, loaded.profile, steps, plan, last);
  const wouldRun = document.steps.filter(({ state }) => state !== 'fresh').map(({ step }) => step);
  if (options.json) printJson({ ...document, wouldRun });
  else {
    const { statusText } = await import('../../report/status-text.ts');
    print(statusText(document, { color: options.color, width: terminalWidth(), verbose: options.verbose }));
  }
  workshop.flush();
  return 0;
}

function printPublished({ published }: RunResult, p: Paint): void {
  for (const { folder, files } of published)
    if (files.length > 0) print(`${p.file(`${folder}/`)}  ${listed(files).join('  ')}`);
}

const MOST_FILES = 8;

const listed = (files: readonly string[]): readonly string[] =>
  files.length <= MOST_FILES
    ? files
    : [...files.slice(0, MOST_FILES), `and ${plural(files.length - MOST_FILES, 'more file')}`];

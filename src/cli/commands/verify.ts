import { recompute, type Recomputed } from '../../build/recompute.ts';
import { isNumerical } from '../../build/environment.ts';
import { PipelineError } from '../../core/failure.ts';
import { findProject } from '../../pipeline/project.ts';
import { select } from '../../pipeline/select.ts';
import { noticeText } from '../../report/lines.ts';
import { recomputedText, verifyText } from '../../report/verify-text.ts';
import { verifyStore } from '../../store/verify.ts';
import { visibleGpus } from '../gpus.ts';
import { onInterrupt } from '../interrupt.ts';
import { localExecutor } from '../local-executor.ts';
import type { Action } from '../action.ts';
import { jobsOption, type CommonOptions } from '../options.ts';
import { print, printJson, say } from '../output.ts';
import { runId } from '../run-id.ts';
import { strings } from '../strings.ts';
import { openWorkshop } from '../workshop.ts';

/** Exit 1 where something is damaged or lost and stays so, or came out otherwise. */
export const verifyCommand: Action = async (_args, options, given) => {
  const selectors = strings(given['recompute']);
  const repair = given['repair'] === true;
  if (selectors.length === 0) return verifyAll(options, repair);
  if (repair) {
    throw new PipelineError({
      reason: 'usage',
      message: '--repair goes with a check of the store, not with --recompute',
      hint: 'ar-pipe run --force SEL replaces results by new ones',
    });
  }
  return verifyAgain(options, selectors, jobsOption(given['jobs']));
};

async function verifyAll(options: CommonOptions, repair: boolean): Promise<number> {
  const found = await verifyStore(findProject(options.directory, options.pipeline).store, { repair });
  const wrong = found.damaged.length + found.lost.length > 0;
  const ok = !wrong || repair;
  if (options.json) printJson({ ok, ...found });
  else print(verifyText(found, { color: options.color }));
  return ok ? 0 : 1;
}

async function verifyAgain(
  options: CommonOptions,
  selectors: readonly string[],
  jobs: number,
): Promise<number> {
  const workshop = await openWorkshop(options);
  const { steps } = select(workshop.loaded.graph, selectors);
  if (!options.quiet && steps.some(isNumerical)) say(workshop.backend.notice);
  const interrupt = onInterrupt(say);
  const report: Parameters<typeof recompute>[3] = (event) => {
    if (event.event === 'notice' && (event.level === 'warn' || !options.quiet)) say(noticeText(event));
  };
  const executor = localExecutor(jobs, report);
  try {
    const results = await recompute(
      workshop,
      executor,
      {
        id: runId(new Date()),
        steps,
        jobs,
        gpus: visibleGpus(),
        stop: interrupt.stop.signal,
        kill: interrupt.kill.signal,
        settled(result) {
          if (!options.json) print(recomputedText(result, { color: options.color }));
        },
      },
      report,
    );
    const ok = results.every(isFine);
    if (options.json) printJson({ ok, steps: results });
    return interrupt.status() ?? (ok ? 0 : 1);
  } finally {
    interrupt.dispose();
    await executor.close();
    workshop.flush();
  }
}

const isFine = ({ outcome }: Recomputed): boolean => outcome === 'same' || outcome === 'skipped';

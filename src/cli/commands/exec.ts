import { join, relative } from 'node:path';
import { runAlone, type Alone } from '../../build/alone.ts';
import { isNumerical } from '../../build/environment.ts';
import { PipelineError } from '../../core/failure.ts';
import { selectOne } from '../../pipeline/select.ts';
import { stageMark } from '../../pipeline/stage.ts';
import { failureBlock } from '../../report/failure-text.ts';
import { amountText, metricsText } from '../../report/lines.ts';
import { duration } from '../../report/measures.ts';
import { paint } from '../../report/paint.ts';
import { linkable } from '../links.ts';
import { follow } from '../follow.ts';
import { gpusFor } from '../gpus.ts';
import { onInterrupt } from '../interrupt.ts';
import { localExecutor } from '../local-executor.ts';
import type { Action } from '../action.ts';
import { execFolder } from '../exec-folder.ts';
import { print, printJson, say } from '../output.ts';
import { strings } from '../strings.ts';
import { openWorkshop } from '../workshop.ts';

/** Milliseconds between two lines of progress. */
const progressMs = 1000;

export const execCommand: Action = async ([name], options, given) => {
  const workshop = await openWorkshop(options, { set: strings(given['set']) });
  const step = selectOne(workshop.loaded.graph, name!);
  const inspect = inspectAddress(given['inspect']);
  if (inspect !== undefined && step.stage[stageMark] === 'command') {
    throw new PipelineError({
      reason: 'usage',
      message: `${step.name} is a command: there is nothing for Node's inspector`,
      hint: 'leave --inspect out; its job folder is kept',
    });
  }
  const folder = execFolder(workshop.project, step.name);
  const shown = relative(workshop.project.folder, folder);
  if (!options.quiet && isNumerical(step)) say(workshop.backend.notice);
  const interrupt = onInterrupt(say);
  const gpus = await gpusFor(step, workshop);
  const executor = localExecutor(1, () => undefined);
  const log = follow(join(folder, 'log'), (bytes) => process.stderr.write(bytes));
  let saidAt = -Infinity;
  try {
    const alone = await runAlone(workshop, executor, {
      step,
      folder,
      inspect,
      gpus: gpus.gpus,
      signal: interrupt.kill.signal,
      onProgress(progress) {
        if (options.quiet || performance.now() < saidAt + progressMs) return;
        saidAt = performance.now();
        say([amountText(progress), metricsText(progress.metrics)].filter((text) => text !== '').join('  '));
      },
    });
    log.end();
    const { result } = alone;
    if (options.json) printJson(documentOf(step.name, shown, alone));
    else if (result.ok) {
      say(`${step.name} ran in ${duration(result.value.ms)}; ${verdictText(alone)}`);
      print(
        Object.keys(result.value.produced)
          .map((output) => `${shown}/out/${output}`)
          .join('\n'),
      );
    } else {
      const { errorColor, verbose } = options;
      const links = linkable(workshop.project.folder, process.stderr, errorColor);
      const details = { step: step.name, verbose, paint: paint(errorColor, links) };
      say(`${failureBlock(result.error, details)}\n  job folder ${shown}`);
    }
    return interrupt.status() ?? (result.ok ? 0 : 1);
  } finally {
    log.end();
    interrupt.dispose();
    await executor.close();
    gpus.release();
    workshop.flush();
  }
};

function verdictText({ differing }: Alone): string {
  if (!differing) return 'nothing is stored for it yet, and this was not stored either';
  if (differing.length === 0) return 'its outputs are those of the stored result';
  return `otherwise than in the stored result came out ${differing.join(', ')}`;
}

function documentOf(step: string, folder: string, { key, result, differing }: Alone) {
  const common = { step, key, ok: result.ok, folder };
  if (!result.ok) return { ...common, failure: { ...result.error, stack: undefined } };
  const { ms, metrics, produced } = result.value;
  return {
    ...common,
    ms: Math.round(ms),
    metrics,
    outputs: Object.keys(produced),
    differing: differing ?? null,
  };
}

/** `--inspect`, `--inspect 9230` or `--inspect 0.0.0.0:9230`; undefined without it. */
function inspectAddress(given: unknown): string | undefined {
  if (given === true) return '127.0.0.1:9229';
  if (typeof given !== 'string') return undefined;
  const parts = /^(?:([^:]+):)?(\d+)$/.exec(given);
  if (!parts)
    throw new PipelineError({ reason: 'usage', message: `--inspect ${given}: give a port, or HOST:PORT` });
  return `${parts[1] ?? '127.0.0.1'}:${parts[2]!}`;
}

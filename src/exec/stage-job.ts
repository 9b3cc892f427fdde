/** A job whose work is a stage: import its bundle, run it, in surroundings of its own. */
import inspector from 'node:inspector';
import { pathToFileURL } from 'node:url';
import type { Metrics } from '../core/events.ts';
import { fail, ok, type Result } from '../core/failure.ts';
import { createContext, type JobIO, type StageContext } from './context.ts';
import type { Job } from './executor.ts';
import { fileWorkEnded } from './file-work.ts';
import { failureOf } from './thrown.ts';

interface StageLike {
  run(context: StageContext['context']): unknown;
}

/**
 * Settles when the stage does. `loaded` is called between import and run. The bundle is imported by its path: once per worker,
 * and exactly the text that was hashed.
 */
export async function runStage(
  job: Job,
  bundle: string,
  io: JobIO,
  loaded: () => void,
): Promise<Result<Metrics>> {
  const stage = createContext(job, io);
  try {
    const module = (await import(pathToFileURL(bundle).href)) as { default?: unknown };
    loaded();
    if (!isStageLike(module.default)) throw new Error(`${bundle} has no stage as its default export`);
    // Loading a numerical library takes a second: the run may have been stopped meanwhile.
    io.signal.throwIfAborted();
    if (job.inspect !== undefined) {
      waitForDebugger(job.inspect);
      // One step into the next line is the stage.
      debugger;
    }
    await module.default.run(stage.context);
    await fileWorkEnded(io.signal, () => {
      io.log('[ar-pipe: file operations that the stage did not wait for were waited for]');
    });
    return ok(stage.finish());
  } catch (error) {
    stage.finish();
    return fail(failureOf(error, job));
  }
}

function waitForDebugger(address: string): void {
  const [host, port] = address.split(':');
  inspector.open(Number(port), host, true);
}

function isStageLike(value: unknown): value is StageLike {
  return (
    typeof value === 'object' && value !== null && typeof (value as { run?: unknown }).run === 'function'
  );
}

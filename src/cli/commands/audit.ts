import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runAlone } from '../../build/alone.ts';
import { PipelineError } from '../../core/failure.ts';
import { audit, type Audit } from '../../exec/audit.ts';
import { findStrace, readTraces, tracing } from '../../exec/strace.ts';
import { selectOne } from '../../pipeline/select.ts';
import { auditText } from '../../report/audit-text.ts';
import { failureBlock } from '../../report/failure-text.ts';
import { paint } from '../../report/paint.ts';
import { gpusFor } from '../gpus.ts';
import { onInterrupt } from '../interrupt.ts';
import { localExecutor } from '../local-executor.ts';
import type { Action } from '../action.ts';
import { execFolder } from '../exec-folder.ts';
import { print, printJson, say } from '../output.ts';
import { strings } from '../strings.ts';
import { openWorkshop } from '../workshop.ts';

const dist = dirname(fileURLToPath(import.meta.url));

/** Exit 1 where the step read or wrote what it should not have, or failed. */
export const auditCommand: Action = async ([name], options, given) => {
  const workshop = await openWorkshop(options, { set: strings(given['set']) });
  const { loaded, project } = workshop;
  const step = selectOne(loaded.graph, name!);
  const strace = requireStrace();
  const folder = execFolder(project, step.name);
  const interrupt = onInterrupt(say);
  const gpus = await gpusFor(step, workshop);
  // Not in the job's folder, of which only inputs and outputs are left.
  const traces = mkdtempSync(join(tmpdir(), 'ar-pipe-audit-'));
  const reports = join(traces, 'trace');
  const executor = localExecutor(1, () => undefined, { under: tracing(strace, reports) });
  try {
    const { key, result, inputs } = await runAlone(workshop, executor, {
      step,
      folder,
      inspect: undefined,
      gpus: gpus.gpus,
      signal: interrupt.kill.signal,
      onProgress: () => undefined,
    });
    const root = realpathSync(project.folder);
    const here = (found: readonly string[]): string[] => found.map((path) => named(path, root));
    const seen = audit(readTraces(reports, folder), {
      project: root,
      job: realpathSync(folder),
      declared: [...new Set(inputs.map(({ path }) => realpathSync(path)))],
      code: join(root, relative(project.folder, project.state), 'code'),
      tool: [realpathSync(process.execPath), dist, join(dirname(dist), 'package.json')],
      programs: (process.env['PATH'] ?? '').split(':').filter(Boolean),
    });
    const found: Audit = { ...seen, undeclared: here(seen.undeclared), wrote: here(seen.wrote) };
    const unread = seen.unread.map((path) => nameOf(path, inputs) ?? named(path, root));
    const document = { step: step.name, key, ok: result.ok, ...found, unread };
    if (options.json)
      printJson(result.ok ? document : { ...document, failure: { ...result.error, stack: undefined } });
    else {
      print(auditText(document, { color: options.color }));
      if (!result.ok) {
        const details = { step: step.name, verbose: options.verbose, paint: paint(options.color) };
        say(failureBlock(result.error, details));
      }
    }
    const clean = result.ok && found.undeclared.length + found.wrote.length === 0;
    return interrupt.status() ?? (clean ? 0 : 1);
  } finally {
    interrupt.dispose();
    await executor.close();
    rmSync(traces, { recursive: true, force: true });
    gpus.release();
    workshop.flush();
  }
};

function requireStrace(): string {
  const found = findStrace();
  if ('path' in found) return found.path;
  throw new PipelineError({
    reason: 'usage',
    message: `audit watches a step with strace, and ${found.problem}`,
    hint: 'install it (Debian, Ubuntu: apt install strace); it needs Linux and leave to trace processes',
  });
}

/** Inside the project relative to it. */
const named = (path: string, project: string): string =>
  path.startsWith(`${project}/`) ? path.slice(project.length + 1) : path;

const nameOf = (
  real: string,
  inputs: readonly { readonly name: string; readonly path: string }[],
): string | undefined => inputs.find(({ path }) => realpathSync(path) === real)?.name;

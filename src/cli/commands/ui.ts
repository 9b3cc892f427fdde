import { readFileSync } from 'node:fs';
import { PipelineError } from '../../core/failure.ts';
import { findProject } from '../../pipeline/project.ts';
import type { Assets } from '../../ui/server/app.ts';
import { serve } from '../../ui/server/serve.ts';
import { lookAt } from '../look.ts';
import type { Action } from '../action.ts';
import { print, printJson, say } from '../output.ts';

export const uiCommand: Action = async (_args, options, given) => {
  const { state } = findProject(options.directory, options.pipeline);
  const served = await serve({
    state,
    assets: assets(),
    lookAt: (profile) => lookAt({ ...options, profile: profile ?? options.profile }),
    port: portOption(given['port']),
  });
  const { address, already } = served;
  if (options.json) printJson({ address, already });
  else print(address);
  if (already) {
    say('another ar-pipe ui serves this project: open the address above');
    return 0;
  }
  if (!options.quiet) say('open it in a browser on this machine; Ctrl-C ends the page, not a run');
  const signal = await firstSignal();
  await served.close();
  return signal === 'SIGINT' ? 130 : 143;
};

function assets(): Assets {
  const read = (name: keyof Assets): string =>
    readFileSync(new URL(/* built beside this file */ `./ui/${name}`, import.meta.url), 'utf8');
  return {
    'index.html': read('index.html'),
    'page.js': read('page.js'),
    'page.css': read('page.css'),
  };
}

function portOption(given: unknown): number | undefined {
  if (typeof given !== 'string') return undefined;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new PipelineError({
    reason: 'usage',
    message: `--port ${given}: give a whole number from 0 to 65535`,
    hint: '0, or no --port at all, takes a free one',
  });
}

function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, done);
  });
}

/** What `watch` says between rounds. Pure. */
import { basename, dirname, relative } from 'node:path';
import type { Sources } from './look.ts';

const most = 3;

function named(names: readonly string[]): string {
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(', ')} and ${names.length - most} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}

export function changedText(project: string, changed: readonly string[], isRunning: boolean): string {
  // A file that is replaced changes its folder too: the file says more.
  const folders = new Set(changed.map((path) => dirname(path)));
  const telling = changed.filter((path) => !folders.has(path));
  const names = telling.map((path) => relative(project, path) || 'the project folder');
  const what = `${named(names.sort())} changed`;
  return isRunning ? `${what}: this run is out of date and is being stopped` : `${what}: running again`;
}

/** `waiting for a change to pipeline.ts, 4 more source files, data/*.csv or installed packages; Ctrl-C ends`. */
export function waitingText(project: string, pipelineFile: string, { paths, patterns }: Sources): string {
  const others = [...paths].filter((path) => {
    const way = relative(project, path);
    return way !== pipelineFile && !way.includes('node_modules/') && /\.[cm]?[jt]sx?$/.test(basename(path));
  });
  const inputs = [...patterns].sort();
  const parts = [
    pipelineFile,
    ...(others.length > 0 ? [`${others.length} more source file${others.length === 1 ? '' : 's'}`] : []),
    ...inputs.slice(0, most),
    ...(inputs.length > most ? [`${inputs.length - most} more inputs`] : []),
  ];
  return `waiting for a change to ${parts.join(', ')} or the installed packages; Ctrl-C ends`;
}

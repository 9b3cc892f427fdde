/** Tells that a watched file may have changed, by chokidar. What is watched is exactly what a run reads. */
import { dirname, join, relative } from 'node:path';
import { watch as watchFiles, type FSWatcher } from 'chokidar';
import picomatch from 'picomatch';
import type { Sources } from './look.ts';

export interface Watcher {
  /** Watches these from now on. Settles when every later change will be told. */
  target(sources: Sources): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between two looks where the system has no file watches left to give. */
const pollMs = 1000;

/** Milliseconds between looks without any event: a folder removed and made again at once can lose its watch. */
const patrolMs = 3000;

export function createWatcher(project: string, touched: () => void, remark: (line: string) => void): Watcher {
  let watcher: FSWatcher | undefined;
  let watching = '';
  let polling = false;
  const patrol = setInterval(touched, patrolMs);

  async function open(sources: Sources): Promise<void> {
    const { roots, isWatched } = territory(project, sources);
    await watcher?.close();
    const opened = watchFiles(roots, {
      ignoreInitial: true,
      ignored: (path, stats) => !isWatched(path, stats?.isFile() ?? false),
      ignorePermissionErrors: true,
      usePolling: polling,
      interval: pollMs,
    });
    watcher = opened;
    opened.on('all', touched);
    await new Promise<void>((ready) => {
      opened.once('ready', ready);
      opened.on('error', (error) => {
        if (polling || opened !== watcher) return;
        polling = true;
        const why = error instanceof Error ? error.message : String(error);
        remark(`file watches do not work here (${why}): looking once a second instead; see ar-pipe doctor`);
        void open(sources).then(ready);
      });
    });
  }

  return {
    async target(sources) {
      const name = JSON.stringify([[...sources.paths].sort(), [...sources.patterns].sort()]);
      if (name === watching) return;
      watching = name;
      await open(sources);
      // What changed while nobody watched.
      touched();
    },
    async close() {
      clearInterval(patrol);
      await watcher?.close();
    },
  };
}

interface Territory {
  /** Folders from which to look down. */
  readonly roots: string[];
  /** Whether a path is watched, or is a folder on the way to one that is. */
  isWatched(this: void, path: string, isFile: boolean): boolean;
}

/** Never entered on the way to what a glob matches, wherever they lie. */
const skipped = new Set(['node_modules', '.git']);

/**
 * Folders are watched rather than files, since a file that is removed or replaced takes its watch along. Pure.
 */
export function territory(project: string, { paths, patterns }: Sources): Territory {
  const exact = new Set(paths);
  const below: string[] = [];
  const globs: { base: string; matches: (path: string) => boolean }[] = [];
  for (const pattern of patterns) {
    const { base, isGlob } = picomatch.scan(pattern);
    if (isGlob) globs.push({ base: join(project, base), matches: picomatch(pattern) });
    // The pattern may be a folder, and its name may hold what looks like a glob: expand() asks the disk first.
    below.push(join(project, pattern.replace(/\/+$/, '')));
  }
  const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  const wanted = [...exact, ...below, ...globs.map(({ base }) => base)];
  const roots = new Set(wanted.map((path) => (inside(path, project) ? project : dirname(path))));
  const onTheWay = new Set<string>(roots);
  for (const path of wanted)
    for (
      let folder = dirname(path);
      !onTheWay.has(folder) && folder !== dirname(folder);
      folder = dirname(folder)
    )
      onTheWay.add(folder);

  const state = [join(project, 'cache'), join(project, 'artifacts')];
  const inGlob = (path: string, isFile: boolean): boolean =>
    globs.some(({ base, matches }) => {
      if (!inside(path, base)) return false;
      if (isFile) return matches(relative(project, path));
      const way = relative(base, path).split('/');
      return !way.some((part) => skipped.has(part)) && !state.includes(path);
    });
  return {
    roots: [...roots],
    isWatched: (path, isFile) =>
      exact.has(path) ||
      // A folder is among the paths where an import found no file in it.
      exact.has(dirname(path)) ||
      onTheWay.has(path) ||
      below.some((folder) => inside(path, folder)) ||
      inGlob(path, isFile),
  };
}

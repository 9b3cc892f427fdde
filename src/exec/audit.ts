/** Which of the files that a step read it did not declare. Pure. */
import { dirname } from 'node:path';
import { isOutputPipe } from './output-pipe.ts';
import type { Access } from './strace.ts';

/** What a step may touch without saying so. */
export interface Surroundings {
  readonly project: string;
  /** The job's own folder: its inputs, outputs, log and scratch. */
  readonly job: string;
  /** Files and folders the step declares. */
  readonly declared: readonly string[];
  /** Folder of the bundles that run. */
  readonly code: string;
  /** The tool and the Node that runs it: programs and folders. */
  readonly tool: readonly string[];
  /** Folders that PATH names. */
  readonly programs: readonly string[];
}

/** What is left out, and for which reason: a change of these is covered otherwise, or not worth a key. */
export type Ignored = 'tool' | 'packages' | 'programs' | 'system';

export interface Audit {
  /** Read, listed (then with a slash at the end; inside the project only) or executed, and not declared; sorted. */
  readonly undeclared: readonly string[];
  /** Written outside of the job's folder; sorted. */
  readonly wrote: readonly string[];
  /** Declared and never opened; sorted. */
  readonly unread: readonly string[];
  /** How many files of each kind were left out. */
  readonly ignored: Readonly<Record<Ignored, number>>;
}

export function audit(accesses: readonly Access[], surroundings: Surroundings): Audit {
  const { job, declared, project } = surroundings;
  const programs = programFolders(accesses, surroundings);
  const wrote = new Set<string>();
  const read = new Set<string>();
  const opened = new Set<string>();
  const ignored: Record<Ignored, Set<string>> = {
    tool: new Set(),
    packages: new Set(),
    programs: new Set(),
    system: new Set(),
  };
  for (const { path, kind } of accesses) {
    if (isIn(path, job) || isOutputPipe(path)) continue;
    const input = declared.find((each) => isIn(path, each));
    if (input !== undefined && kind !== 'write') {
      opened.add(input);
      continue;
    }
    const why = kind === 'write' ? ignoredWrite(path) : ignoredRead(path, surroundings, programs);
    if (why !== undefined) ignored[why].add(path);
    else if (kind === 'write') wrote.add(path);
    else if (kind !== 'list') read.add(path);
    else if (isIn(path, project)) read.add(`${path}/`);
  }
  return {
    // What it made itself is scratch.
    undeclared: [...read].filter((path) => !wrote.has(path)).sort(),
    wrote: [...wrote].sort(),
    unread: declared.filter((path) => !opened.has(path)).sort(),
    ignored: {
      tool: ignored.tool.size,
      packages: ignored.packages.size,
      programs: ignored.programs.size,
      system: ignored.system.size,
    },
  };
}

const system =
  /^\/(?:proc|sys|dev|run|bin|sbin|lib(?:32|64|x32)?|usr\/(?:s?bin|lib(?:32|64|x32|exec)?|share\/(?:locale|zoneinfo|i18n|terminfo|ca-certificates))|etc\/(?:ld\.so\.|locale|localtime|timezone|nsswitch|passwd|group|hosts|host\.conf|resolv|gai|ssl\/|terminfo|mime))/;

const ignoredWrite = (path: string): Ignored | undefined =>
  /^\/(?:proc|sys|dev)\//.test(path) ? 'system' : undefined;

function ignoredRead(
  path: string,
  { project, code, tool }: Surroundings,
  programs: ReadonlySet<string>,
): Ignored | undefined {
  if (path.includes('/node_modules/')) return 'packages';
  // Node asks the package.json files above a module what kind of module it is.
  const asksForKind = path.endsWith('/package.json') && isIn(code, dirname(path));
  if (asksForKind || isIn(path, code) || tool.some((each) => isIn(path, each))) return 'tool';
  if (system.test(path)) return 'system';
  // A project may hold programs of its own: those are to be declared.
  if (!isIn(path, project) && [...programs].some((folder) => isIn(path, folder))) return 'programs';
  return undefined;
}

/** `<prefix>/bin` and `<prefix>/lib` of each program that ran, as of a Python of one's own, and what PATH names. */
function programFolders(accesses: readonly Access[], { programs }: Surroundings): Set<string> {
  const folders = new Set(programs);
  for (const { path, kind } of accesses) {
    if (kind !== 'execute') continue;
    const prefix = /^(.+)\/(?:bin|libexec)\/[^/]+$/.exec(path)?.[1];
    if (prefix === undefined) continue;
    for (const name of ['bin', 'lib', 'lib64', 'libexec']) folders.add(`${prefix}/${name}`);
  }
  return folders;
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

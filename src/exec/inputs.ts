/** The input side of a job folder: the needs under their own names, as links into the store and the project. */
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  type Dirent,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Job, JobLink } from './executor.ts';

/**
 * Makes the job's links. Folders that an earlier job of the same needs left are used again, with those links in them that lead to
 * the same file. Of what the store holds a link is a second name, which costs no inode; others are symbolic, and those that are not
 * wanted any more are put aside, to be deleted with all else that the process leaves: ext4 searches long for an inode that was
 * not freed a moment ago.
 */
export function prepareInputs({ folder, needs, links }: Pick<Job, 'folder' | 'needs' | 'links'>): void {
  const wanted = new Map(links.map((link) => [link.path, link]));
  const inside = join(folder, 'in');
  // What an earlier job put in the place of a folder may be a link to anywhere.
  if (!lstatSync(inside, { throwIfNoEntry: false })?.isDirectory()) remove(inside);
  for (const { name: need, path, kind } of entriesIn(inside)) {
    if (kind !== 'folder' || !(need in needs)) remove(path);
    else
      for (const left of entriesIn(path))
        if (isWanted(left, wanted.get(left.path))) wanted.delete(left.path);
        else clear(left, join(dirname(folder), 'used'));
  }
  for (const link of wanted.values()) {
    if (link.to === null) mkdirSync(link.path, { recursive: true });
    else inFolder(link.path, link.isStored ? secondName : symbolic, link.to);
  }
}

function inFolder(path: string, make: (to: string, path: string) => void, to: string): void {
  try {
    make(to, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    make(to, path);
  }
}

const symbolic = (to: string, path: string): void => {
  symlinkSync(to, path);
};

/** Some systems have no second names for this file: of another file system, of another user, with too many already. */
function secondName(to: string, path: string): void {
  try {
    linkSync(to, path);
  } catch (error) {
    if (
      !['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')
    )
      throw error;
    symlinkSync(to, path);
  }
}

interface Left {
  readonly name: string;
  readonly path: string;
  readonly kind: 'file' | 'link' | 'folder' | 'other';
}

function entriesIn(folder: string): Left[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      path: join(folder, entry.name),
      kind: kindOf(entry),
    }));
  } catch {
    // Not made yet.
    return [];
  }
}

function kindOf(entry: Dirent): Left['kind'] {
  if (entry.isSymbolicLink()) return 'link';
  return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
}

const isWanted = ({ path, kind }: Left, link: JobLink | undefined): boolean =>
  kind === 'link' && link !== undefined && readlinkSync(path) === link.to;

let count = 0;

function clear({ path, kind }: Left, aside: string): void {
  if (kind === 'file') unlinkSync(path);
  else if (kind !== 'link') remove(path);
  else {
    const to = join(aside, `${process.pid}-${count++}`);
    inFolder(to, renameSync, path);
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

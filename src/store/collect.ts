/**
 * The collector: takes out of a store what was given up, and what nothing refers to. Safe beside runs, at any moment:
 *
 * - What a live process says it relies on stays (reliance.ts), and so does what it has just brought in.
 * - An entry goes before its objects, so no entry is left that promises bytes which are gone.
 * - An object is moved aside first; if it was brought in anew since it was found, it is put back.
 */
import * as fs from 'node:fs';
import { existsSync, statSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { decodeEntry } from './entry-text.ts';
import { chooseEvictions, type Candidate, type Choice, type Eviction, type Limits } from './evictions.ts';
import {
  bytesBelow,
  checkpointsIn,
  entriesIn,
  objectsIn,
  quarantineIn,
  textOf,
  type StoredFile,
} from './inventory.ts';
import { layoutOf, namesIn, refuseNewerFormat, type Layout } from './layout.ts';
import { abandonedLeases, isLeased } from './lease-files.ts';
import { abandonedFolders, liveProcesses, silenceMs } from './reliance.ts';
import { filesOf } from './store.ts';
import { danglingIndex, evictAll, removeFolder, removeGarbage } from './sweep.ts';
import { explained } from './trouble.ts';
import { createVolume, hasCode, type DiskCalls, type Volume } from './volume.ts';

export interface CollectOptions extends Limits {
  /** Keys that targets need as they stand, results and unfinished steps alike. */
  readonly needed: ReadonlySet<string>;
  /** Give up also those, after all others. */
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly calls?: DiskCalls;
}

export interface Evicted {
  /** Null for the checkpoint of an unfinished step. */
  readonly step: string | null;
  readonly kind: Candidate['kind'];
  readonly key: string;
  readonly bytes: number;
  /** What making it took. */
  readonly ms: number;
  readonly because: 'age' | 'size';
}

export interface Collected {
  readonly dryRun: boolean;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** In the order in which they were given up. */
  readonly evicted: readonly Evicted[];
  /** Objects that nothing refers to, files that were set aside, and what dead processes left unfinished. */
  readonly garbage: { readonly files: number; readonly bytes: number };
  /** Results that live processes rely on. */
  readonly inUse: number;
  /** Results that targets need. */
  readonly needed: number;
  /** By how much the store is still larger than asked for. */
  readonly overBytes: number;
}

const asidePrefix = 'collected-';
/** Younger garbage is left alone while others work: their entries may be about to name it. */
const graceMs = 24 * 3600e3;

/** Throws as openStore does. */
export function collect(root: string, options: CollectOptions): Collected {
  return explained(root)(() => {
    refuseNewerFormat(root);
    const layout = layoutOf(root);
    const found = survey(layout, options, Date.now());
    const { choice, garbage } = found;
    let evictions = choice.evictions;
    if (!options.dryRun && existsSync(layout.home)) {
      const { volume, dispose } = workplace(createVolume(layout, options.calls ?? fs, false));
      evictions = evictAll(evictions, volume);
      removeGarbage([...garbage, ...freedObjects(found, evictions), ...danglingIndex(layout)], volume);
      for (const { path } of found.abandoned) removeFolder(path, volume);
      dispose();
    }
    return report(found, evictions, options);
  })();
}

/**
 * First of all a folder of its own: a store that cannot be written must lose nothing by halves. Where the disk is too full for that,
 * what goes is moved aside in the store's folder itself: a collector that needs room to make room would be of no use.
 */
function workplace(volume: Volume): { volume: Volume; dispose: () => void } {
  try {
    const own = volume.own();
    return {
      volume,
      dispose: () => {
        volume.calls.rmSync(own, { recursive: true, force: true });
      },
    };
  } catch (error) {
    if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
    const { home } = volume.layout;
    const unique = randomBytes(6).toString('hex');
    let count = 0;
    const scratch = (): string => `${home}/${asidePrefix}${unique}-${count++}`;
    return { volume: { ...volume, scratch }, dispose: () => undefined };
  }
}

interface Survey {
  readonly candidates: readonly Candidate[];
  readonly choice: Choice;
  readonly objects: readonly StoredFile[];
  readonly garbage: readonly StoredFile[];
  /** Folders in tmp/ whose process is gone. */
  readonly abandoned: readonly StoredFile[];
  readonly bytes: number;
}

/** The order matters: who lives, then objects, then entries, so that what is committed meanwhile cannot look like garbage. */
function survey(layout: Layout, options: CollectOptions, now: number): Survey {
  const live = liveProcesses(layout, now);
  const young = Math.min(now, ...live.map(({ since }) => Math.min(since, now - graceMs)));
  const objects = [...objectsIn(layout)];
  const sizes = new Map(objects.map(({ name, bytes }) => [name, bytes]));
  const results = [...entriesIn(layout)].flatMap((file) => resultOf(file, now));
  const inUse = new Set(liveProcesses(layout, now).flatMap(({ keys }) => keys));
  const hold = (key: string): Candidate['hold'] =>
    inUse.has(key) ? 'in-use' : options.needed.has(key) ? 'needed' : 'none';
  const candidates = [
    ...results.map((result): Candidate => ({ ...result, hold: hold(result.key) })),
    ...[...checkpointsIn(layout)].map(({ name: key, bytes, mtimeMs }): Candidate => ({
      kind: 'checkpoint',
      key,
      step: null,
      ms: 0,
      ageMs: now - mtimeMs,
      ownBytes: bytes,
      objects: [],
      hold: isLeased(layout.leases, key) ? 'in-use' : hold(key),
    })),
  ];
  const referred = new Set(results.flatMap((result) => result.objects));
  const orphans = objects.filter(({ name, mtimeMs }) => !referred.has(name) && mtimeMs < young);
  const aside = [...quarantineIn(layout), ...abandonedLeases(layout.leases, now, silenceMs)];
  const abandoned = [...abandonedFolders(layout, now, graceMs), ...leftAside(layout)];
  const own = candidates.reduce((whole, { ownBytes }) => whole + ownBytes, 0);
  const bytes = own + sum([...objects, ...aside, ...abandoned]);
  const choice = chooseEvictions(candidates, sizes, options, options.force);
  return { candidates, choice, objects, garbage: [...orphans, ...aside], abandoned, bytes };
}

/** What a collector that died on a full disk had moved aside. */
function leftAside({ home }: Layout): StoredFile[] {
  return namesIn(home).flatMap((name) => {
    const path = `${home}/${name}`;
    const stat = name.startsWith(asidePrefix) ? statSync(path, { throwIfNoEntry: false }) : undefined;
    return stat
      ? [{ name, path, bytes: stat.isDirectory() ? bytesBelow(path) : stat.size, mtimeMs: stat.mtimeMs }]
      : [];
  });
}

/** A damaged entry is no result: `verify` and whoever reads it set it aside. */
function resultOf({ name, path, bytes, mtimeMs }: StoredFile, now: number): Omit<Candidate, 'hold'>[] {
  const entry = decodeEntry(textOf(path), name);
  if (typeof entry === 'string') return [];
  const objects = Object.values(entry.outputs).flatMap((output) =>
    filesOf(output).map(({ digest }) => digest),
  );
  const { step, facts } = entry;
  return [{ kind: 'result', key: name, step, ms: facts.ms, ageMs: now - mtimeMs, ownBytes: bytes, objects }];
}

/** Objects that were referred to, and are no longer after these evictions. */
function freedObjects({ candidates, objects }: Survey, evictions: readonly Eviction[]): StoredFile[] {
  const gone = new Set(evictions.map(({ candidate }) => candidate));
  const freed = new Set([...gone].flatMap((candidate) => candidate.objects));
  for (const candidate of candidates)
    if (!gone.has(candidate)) for (const digest of candidate.objects) freed.delete(digest);
  return objects.filter(({ name }) => freed.has(name));
}

function report(found: Survey, evictions: readonly Eviction[], options: CollectOptions): Collected {
  const { candidates, garbage, abandoned, bytes } = found;
  const count = (hold: Candidate['hold']): number =>
    candidates.filter((candidate) => candidate.kind === 'result' && candidate.hold === hold).length;
  const evicted = evictions.map(({ candidate: { step, kind, key, ms }, bytes: freed, because }) => ({
    step,
    kind,
    key,
    bytes: freed,
    ms,
    because,
  }));
  const useless = [...garbage, ...abandoned];
  const bytesAfter = bytes - sum(evicted) - sum(useless);
  return {
    dryRun: options.dryRun,
    bytesBefore: bytes,
    bytesAfter,
    evicted,
    garbage: { files: useless.length, bytes: sum(useless) },
    inUse: count('in-use'),
    needed: count('needed'),
    overBytes: options.maxBytes === undefined ? 0 : Math.max(0, bytesAfter - options.maxBytes),
  };
}

const sum = (files: readonly { readonly bytes: number }[]): number =>
  files.reduce((whole, { bytes }) => whole + bytes, 0);

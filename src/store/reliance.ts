/**
 * Which results a process relies on while it lives, so that no collector takes them away under it: one key a line in
 * `tmp/<process>/relies-on`. A collector that comes a moment too early costs repeated work, never a wrong result.
 */
import { readFileSync, statSync } from 'node:fs';
import { bytesBelow, type StoredFile } from './inventory.ts';
import { namesIn, type Layout } from './layout.ts';
import { fateOf, readOwner, thisProcess, type Owner } from './owner.ts';
import type { Volume } from './volume.ts';

const fileName = 'relies-on';
/** After so long without a word a process of another machine counts as gone. */
export const silenceMs = 7 * 24 * 3600e3;

export interface Reliance {
  readonly on: (keys: Iterable<string>) => void;
}

export function createReliance(volume: Volume): Reliance {
  let fd: number | undefined;
  return {
    on(keys) {
      const text = [...keys].map((key) => `${key}\n`).join('');
      if (text === '') return;
      try {
        fd ??= volume.calls.openSync(`${volume.own()}/${fileName}`, 'a');
        volume.calls.writeSync(fd, text);
      } catch {
        // A full or read-only disk: at worst something is made twice.
      }
    },
  };
}

/** A process that may be using the store. */
export interface LiveProcess {
  readonly folder: string;
  /** Since when, in milliseconds since 1970. */
  readonly since: number;
  readonly keys: readonly string[];
}

/** All processes that live, as far as can be seen from here. */
export function liveProcesses(layout: Layout, now: number): LiveProcess[] {
  const me = thisProcess();
  return namesIn(layout.tmp).flatMap((name) => {
    const folder = `${layout.tmp}/${name}`;
    const owner = readOwner(`${folder}/owner`);
    const since = changedAt(`${folder}/owner`);
    if (!owner || since === undefined || !mayLive(owner, me, folder, now)) return [];
    return [{ folder, since, keys: keysIn(`${folder}/${fileName}`) }];
  });
}

/** Folders of processes that are gone. One without an owner may be just being made: it counts once it is `graceMs` old. */
export function abandonedFolders(layout: Layout, now: number, graceMs: number): StoredFile[] {
  // In this order: who appears in between is among the living.
  const names = namesIn(layout.tmp).sort();
  const living = new Set(liveProcesses(layout, now).map(({ folder }) => folder));
  return names.flatMap((name) => {
    const path = `${layout.tmp}/${name}`;
    const mtimeMs = changedAt(path);
    if (mtimeMs === undefined || living.has(path)) return [];
    if (!readOwner(`${path}/owner`) && now - mtimeMs < graceMs) return [];
    return [{ name, path, bytes: bytesBelow(path), mtimeMs }];
  });
}

function mayLive(owner: Owner, me: Owner, folder: string, now: number): boolean {
  const fate = fateOf(owner, me);
  if (fate !== 'unknown') return fate === 'alive';
  const heard = Math.max(changedAt(`${folder}/owner`) ?? 0, changedAt(`${folder}/${fileName}`) ?? 0);
  return now - heard < silenceMs;
}

const changedAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

function keysIn(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

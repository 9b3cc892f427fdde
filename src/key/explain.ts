/** What changed between two versions of a stage's code: the first place that differs, and whether it could matter. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as esbuild from 'esbuild';
import { join } from 'node:path';
import { originOf } from '../core/stack.ts';

export interface CodeManifest {
  /** Names of the bundle and its source map in the same folder. */
  readonly text: string;
  readonly map: string;
  /** `name@version` of every package it uses. */
  readonly packages: readonly string[];
}

export interface CodeChange {
  /** Relative to the project; `package.json` where only installed packages changed. */
  readonly file: string;
  readonly line: number;
  /** True when the two do the same but for names of locals and layout. */
  readonly formattingOnly: boolean;
}

export function explainChange(folder: string, before: string, after: string, file: string): CodeChange {
  const old = readManifest(folder, before);
  const now = readManifest(folder, after);
  if (!old || !now) return { file, line: 1, formattingOnly: false };
  if (old.text === now.text) return { file: 'package.json', line: 1, formattingOnly: false };
  const oldText = readFileSync(join(folder, old.text), 'utf8');
  const nowText = readFileSync(join(folder, now.text), 'utf8');
  const place = originNear(
    nowText,
    firstDifference(oldText, nowText),
    readFileSync(join(folder, now.map), 'utf8'),
  );
  return {
    file: place?.file ?? file,
    line: place?.line ?? 1,
    formattingOnly: shortest(oldText) === shortest(nowText),
  };
}

function readManifest(folder: string, digest: string): CodeManifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, `${digest}.json`), 'utf8')) as CodeManifest;
  } catch {
    return undefined;
  }
}

function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

function originNear(text: string, offset: number, map: string): { file: string; line: number } | undefined {
  const before = text.slice(0, offset).split('\n');
  return originOf(map, (source) => source)(before.length, before.at(-1)!.length + 1);
}

/** esbuild is loaded only here, at need: most commands have nothing to explain. */
function shortest(text: string): string {
  const { transformSync } = createRequire(import.meta.url)('esbuild') as typeof esbuild;
  return transformSync(text, { minify: true, format: 'esm' }).code;
}

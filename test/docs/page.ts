/** The fenced blocks of a Markdown page, carried out in order as a reader would. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export interface Block {
  readonly language: string;
  /** The file that the block is, or for `diff` changes: the `file=` of its first line. */
  readonly file: string | undefined;
  readonly text: string;
  /** Line of the page, from 1. */
  readonly line: number;
}

export function blocksOf(markdown: string): Block[] {
  const fence = /^```(\w+)(?: +file=(\S+))?\n(.*?)^```$/gms;
  return [...markdown.matchAll(fence)].map(({ 1: language, 2: file, 3: text, index }) => ({
    language: language!,
    file,
    text: text!,
    line: markdown.slice(0, index).split('\n').length,
  }));
}

/** Where commands run, and how those that a test must not carry out as they stand are replaced. */
export interface Place {
  folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The command that stands for another one; undefined where it needs no other. */
  instead(this: void, command: string, folder: string): string | undefined;
}

/**
 * Carries one block out: `console` runs what follows `$` and compares the output; a block with a file writes it; `diff`
 * changes one. Anything else is for reading. Throws where what the page says is not what happens.
 */
export function carryOut(block: Block, place: Place): 'done' | 'only to be read' {
  if (block.language === 'console') {
    for (const { command, output } of commandsOf(block.text)) {
      const said = runCommand(command, place);
      const wrong = difference(output, said);
      if (wrong !== undefined) throw new Error(`\`${command}\`: ${wrong}\n--- it printed\n${said}`);
    }
    return 'done';
  }
  if (block.file === undefined) return 'only to be read';
  const path = join(place.folder, block.file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    block.language === 'diff' ? changed(readFileSync(path, 'utf8'), block.text) : block.text,
  );
  return 'done';
}

function commandsOf(text: string): { command: string; output: string[] }[] {
  const commands: { command: string; output: string[] }[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] });
    else commands.at(-1)!.output.push(line);
  }
  return commands;
}

/** What a command prints on both streams. A command that fails must be followed by `# exit N` on its line. */
function runCommand(line: string, place: Place): string {
  const [, command, exit = '0'] = /^(.*?)(?: +# exit (\d+))?$/.exec(line)!;
  const [, into] = /^cd (\S+)$/.exec(command!) ?? [];
  if (into !== undefined) {
    place.folder = resolve(place.folder, into);
    return '';
  }
  const { status, stdout } = spawnSync(
    '/bin/sh',
    ['-c', `{ ${place.instead(command!, place.folder) ?? command!}\n} 2>&1`],
    { cwd: place.folder, env: place.env, encoding: 'utf8' },
  );
  const said = stripVTControlCharacters(stdout);
  if (status !== Number(exit)) throw new Error(`\`${command!}\` ended with ${status}:\n${said}`);
  return said;
}

/** What a page shows of an output against what came; `…` stands for any number of lines, or for the rest of one. */
export function difference(shown: readonly string[], said: string): string | undefined {
  if (shown.length === 0) return undefined;
  const lines = alike(said.trimEnd()).split('\n');
  let at = 0;
  let anywhere = false;
  for (const line of shown) {
    if (line.trim() === '…') {
      anywhere = true;
      continue;
    }
    const wanted = alike(line);
    const fits = (candidate: string | undefined): boolean =>
      candidate !== undefined &&
      (wanted.endsWith('…') ? candidate.startsWith(wanted.slice(0, -1)) : candidate === wanted);
    const found = anywhere
      ? lines.findIndex((candidate, i) => i >= at && fits(candidate))
      : fits(lines[at])
        ? at
        : -1;
    if (found < 0)
      return `'${line}' is shown, ${anywhere ? 'and was not printed' : `'${lines[at] ?? ''}' was printed`}`;
    at = found + 1;
    anywhere = false;
  }
  return anywhere || at === lines.length ? undefined : `'${lines[at]!}' was printed and is not shown`;
}

/** What differs from run to run made equal: times, dates, sizes, digests, spaces. */
const alike = (text: string): string =>
  text
    .replace(/\b\d+(\.\d+)?( ms| s| min| h|ms|s)\b/g, 'TIME')
    .replace(/\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?\S*/g, 'DATE')
    .replace(/\b\d{8}-\d{6}-[0-9a-f]{6}\b/g, 'RUN')
    .replace(/\b[0-9a-f]{8,64}\b…?/g, 'DIGEST')
    .replace(/\b\d+(\.\d+)? (bytes|[kMG]B)\b/g, 'SIZE')
    .replace(/[ \t]+/g, ' ')
    .replace(/ +$/gm, '');

/** A text in which the block's lines without a sign, and with `-`, are replaced by those without, and with `+`. */
export function changed(text: string, diff: string): string {
  const lines = diff.trimEnd().split('\n');
  const side = (sign: string): string =>
    lines
      .filter((line) => line.startsWith(sign) || line.startsWith(' ') || line === '')
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const before = side('-');
  const [head, tail, ...more] = text.split(before);
  if (before === '' || head === undefined || tail === undefined || more.length > 0)
    throw new Error(`these lines do not stand in the file exactly once:\n${before}`);
  return head + side('+') + tail;
}

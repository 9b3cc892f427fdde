/** A user's small project in a folder of its own, and the real command line to use it with. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Event } from '../../src/core/events.ts';

const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = join(checkout, 'bin/ar-pipe.js');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON lines; throws where a line is none. */
  readonly lines: readonly unknown[];
}

export interface RunEnded extends Ended {
  readonly events: readonly Event[];
  /** Outcomes by step. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** Steps that were built, sorted. */
  readonly built: readonly string[];
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves once the text has appeared on either stream; rejects when the process ends before. */
  saw(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

export type Env = Readonly<Record<string, string | undefined>>;

export class Project {
  readonly folder: string;

  constructor(files: Readonly<Record<string, string>>, name = 'study') {
    const parent = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-e2e-')));
    this.folder = join(parent, name);
    this.write({ 'package.json': JSON.stringify({ name: 'study', type: 'module' }), ...files });
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(checkout, join(this.folder, 'node_modules/ar-pipe'));
    symlinkSync(join(checkout, 'node_modules/zod'), join(this.folder, 'node_modules/zod'));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), content);
    }
  }

  /** Replaces text that must be there. */
  edit(name: string, from: string, to: string): void {
    const text = this.read(name);
    if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
    this.write({ [name]: text.replace(from, to) });
  }

  /** `under`: a command that runs the command line, such as a tracer. */
  start(args: readonly string[], env: Env = {}, under: readonly string[] = []): Started {
    const [program, ...rest] = [...under, process.execPath, binary, ...args];
    const child = spawn(program!, rest, {
      cwd: this.folder,
      env: { ...plainEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let look = (): void => undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      look();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      look();
    });
    const ended = new Promise<Ended>((done) => {
      child.on('close', (status) => {
        done({ status, stdout, stderr, lines: [] });
      });
    }).then((end) => ({
      ...end,
      get lines() {
        return jsonLines(end.stdout);
      },
    }));
    return {
      child,
      ended,
      saw: (text) =>
        new Promise((found, lost) => {
          look = () => {
            if (stdout.includes(text) || stderr.includes(text)) found();
          };
          void ended.then(() => {
            lost(new Error(`ended without '${text}':\n${stdout}${stderr}`));
          });
          look();
        }),
    };
  }

  /** Runs a command line to its end. */
  ap(args: readonly string[], env: Env = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** One JSON document. */
  async json(args: readonly string[], env: Env = {}): Promise<Record<string, unknown>> {
    const { lines } = await this.ap([...args, '--json'], env);
    if (lines.length !== 1) throw new Error(`${args.join(' ')} printed ${lines.length} documents`);
    return lines[0] as Record<string, unknown>;
  }

  /** `run … --json`. */
  async run(args: readonly string[] = [], env: Env = {}): Promise<RunEnded> {
    const ended = await this.ap(['run', ...args, '--json'], env);
    return runOf(ended);
  }

  close(): void {
    chmodSync(this.folder, 0o755);
    rmSync(dirname(this.folder), { recursive: true, force: true });
  }
}

export function runOf(ended: Ended): RunEnded {
  const events = ended.lines as readonly Event[];
  const outcomes: Record<string, string> = {};
  for (const event of events) {
    if (event.event !== 'step-finished') continue;
    if (event.step in outcomes) throw new Error(`${event.step} finished twice`);
    outcomes[event.step] = event.outcome;
  }
  const built = Object.keys(outcomes)
    .filter((step) => outcomes[step] === 'built')
    .sort();
  return { ...ended, lines: events, events, outcomes, built };
}

const jsonLines = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));

/** The surroundings without what would change the command line's ways. */
export function plainEnv(): NodeJS.ProcessEnv {
  const unset = /^(AR_PIPE_.*|NO_COLOR|FORCE_COLOR|CI|NODE_OPTIONS|VITEST.*)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !unset.test(name)));
}

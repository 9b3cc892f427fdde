/** Runs real workers on real bundles: plain modules that each test writes into a folder of its own. */
import { buildSync } from 'esbuild';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Failure } from '../../src/core/failure.ts';
import type { Executor, Job, JobDone, JobHooks, JobProgress } from '../../src/exec/executor.ts';
import { createPool, type PoolOptions } from '../../src/exec/pool.ts';

const source = (path: string) => fileURLToPath(new URL(`../../src/exec/${path}`, import.meta.url));

export function bundleTo(folder: string, entry: string): string {
  const outfile = join(folder, `${entry.replace('.ts', '')}.mjs`);
  buildSync({
    entryPoints: [source(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
  });
  return outfile;
}

export interface Ran {
  readonly done?: JobDone;
  readonly failure?: Failure;
  readonly pid: number;
  readonly progress: readonly JobProgress[];
  readonly log: string;
  /** Bytes of a produced file. */
  text(name: string): string;
}

/** A time of grace longer than a test may take: what ends with it ended of its own accord, however slow the machine. */
export const patient = { graceMs: 3_600_000 };

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'ar-pipe-exec-'));
  readonly worker = bundleTo(this.folder, 'worker.ts');
  private pools: Executor[] = [];
  private jobs = 0;

  pool(options: Partial<PoolOptions> = {}): Executor {
    const pool = createPool({ workerPath: this.worker, maxWorkers: 2, graceMs: 300, ...options });
    this.pools.push(pool);
    return pool;
  }

  /** Writes a module whose default export is `{ async run(context) { body } }`; `top` stands above it. */
  bundle(body: string, top = ''): string {
    return this.write(`bundle-${this.jobs++}.mjs`, `${top}\nexport default { async run(c) { ${body} } };\n`);
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  job(work: string | Job['work'], more: Partial<Job> = {}): Job {
    const id = this.jobs++;
    const folder = join(this.folder, `job-${id}`);
    mkdirSync(folder);
    return {
      step: `step-${id}`,
      key: '0'.repeat(64),
      work: typeof work === 'string' ? { kind: 'stage', bundle: work, sourceMap: null } : work,
      folder,
      params: {},
      needs: {},
      links: [],
      outputs: [{ name: 'a.txt', kind: 'file' }],
      seed: null,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.folder },
      checkpoint: join(this.folder, `checkpoint-${id}`),
      durable: false,
      log: join(this.folder, 'logs', `${id}.log`),
      resources: { cpus: 1, memory: 0, gpus: [] },
      timeoutMs: null,
      numerical: false,
      project: this.folder,
      ...more,
    };
  }

  async run(pool: Executor, job: Job, hooks: Partial<JobHooks> = {}): Promise<Ran> {
    const progress: JobProgress[] = [];
    let pid = 0;
    const result = await pool.run(job, {
      signal: hooks.signal ?? new AbortController().signal,
      onProgress(report) {
        progress.push(report);
        hooks.onProgress?.(report);
      },
      onWorker(worker) {
        pid = worker.pid;
        hooks.onWorker?.(worker);
      },
    });
    return {
      ...(result.ok ? { done: result.value } : { failure: result.error }),
      pid,
      progress,
      log: existsSync(job.log) ? readFileSync(job.log, 'utf8') : '',
      text(name) {
        const one = result.ok ? result.value.produced[name] : undefined;
        if (one?.kind !== 'file') throw new Error(`no file '${name}' in ${JSON.stringify(result)}`);
        return readFileSync(one.path, 'utf8');
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A module's first lines that let a body write files. */
export const fs = `import fs from 'node:fs'; import { join } from 'node:path';`;

/** Waits until `happened` says so, failing after a deadline with what was waited for. */
export async function until(what: string, happened: () => boolean, deadlineMs = 20_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!happened()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Whether a process runs; one that ended but was not reaped yet does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

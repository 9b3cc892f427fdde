/**
 * What the engine costs, beside other tools on the same grid:
 *
 *     npm run bench:engine -- [--sizes 1000,10000] [--rounds 3] [--shapes wide:100000,chain:20000] [--peers] [--write docs]
 *
 * The grid is data ─▶ train[i] ─▶ attack[i] ─▶ hist[i] ─▶ table with trivial steps (engine/studies.ts, engine/peers.ts).
 * Rounds are interleaved; times are medians of whole processes. `--peers` also runs those that need minutes; `--write` puts
 * the tables and plots into a folder's performance.md. Everything happens in new folders, deleted at the very end, since a
 * file system is slow for a while after a large removal.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createMeter, medianCost, type Cost } from './engine/measure.ts';
import { peers as allPeers, type Peer } from './engine/peers.ts';
import { gridReport, shapesReport, type GridResult, type ShapeResult } from './engine/report.ts';
import { writeStudy, type Shape } from './engine/studies.ts';

const { values: flags } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000' },
    rounds: { type: 'string', default: '3' },
    shapes: { type: 'string', default: '' },
    peers: { type: 'boolean', default: false },
    write: { type: 'string' },
  },
});
const project = process.cwd();
const scratch = mkdtempSync(join(tmpdir(), 'ar-pipe-bench-'));
const meter = createMeter(scratch);
const bin = join(project, 'bin/ar-pipe.js');
const arPipe = (...args: string[]): string[] => [process.execPath, bin, ...args];
const coldRun = arPipe('run', '-q', '-j', '2');
/** After so long the stats of new files are believed. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2100));

const isThere = ({ version: [command, ...args] }: Peer): boolean => spawnSync(command!, args).status === 0;
const peers = allPeers.filter((peer) => (flags.peers || peer.slowBeyond === undefined) && isThere(peer));

let folders = 0;
const newFolder = (): string => join(scratch, String(folders++));
const newStudy = (shape: Shape, size: number): string => {
  const study = newFolder();
  writeStudy(study, project, shape, size);
  return study;
};

async function measureGrid(steps: number, rounds: number): Promise<GridResult> {
  const seen = new Map<string, Cost[]>();
  const measure = (what: string, command: readonly string[], folder: string): void => {
    seen.set(what, [...(seen.get(what) ?? []), meter.cost(command, folder)]);
  };
  const cells = Math.round(steps / 3);
  for (let round = 0; round < rounds; round++) {
    const study = newStudy('grid', steps);
    measure('ar-pipe, cold run', coldRun, study);
    const others = peers.filter(({ slowBeyond = Infinity }) => steps <= slowBeyond);
    const made = others.map((peer) => ({ peer, folder: newFolder() }));
    for (const { peer, folder } of made) {
      peer.write(folder, cells);
      if (peer.prepare) meter.cost(peer.prepare, folder);
      measure(`${peer.name}, cold`, peer.run, folder);
    }
    measure('ar-pipe, cold run of shell commands', coldRun, newStudy('commands', steps));
    await settle();
    measure('ar-pipe, first run without changes', coldRun, study);
    measure('ar-pipe, no-op run', coldRun, study);
    for (const { peer, folder } of made) measure(`${peer.name}, no-op`, peer.run, folder);
    measure('ar-pipe status --json', arPipe('status', '--json'), study);
    measure('ar-pipe run --dry-run', arPipe('run', '--dry-run'), study);
    measure('ar-pipe why STEP', arPipe('why', 'hist/7'), study);
    measure('ar-pipe, one cell changed', [...coldRun, '--set', 'train/7.i=-7'], study);
  }
  return {
    steps: 3 * cells + 1,
    costs: new Map([...seen].map(([what, costs]) => [what, medianCost(costs)])),
  };
}

async function measureShape(shape: Shape, steps: number): Promise<ShapeResult> {
  const study = newStudy(shape, steps);
  const cold = meter.cost(coldRun, study);
  await settle();
  meter.cost(coldRun, study);
  return { shape, steps, cold, noop: meter.cost(coldRun, study) };
}

const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');

try {
  const before = load();
  const start = {
    node: meter.cost([process.execPath, '-e', '0'], scratch),
    help: meter.cost(arPipe('--help'), scratch),
  };
  const grids: GridResult[] = [];
  for (const size of flags.sizes.split(',').filter(Boolean))
    grids.push(await measureGrid(Number(size), Number(flags.rounds)));
  const shapes: ShapeResult[] = [];
  for (const text of flags.shapes.split(',').filter(Boolean)) {
    const [shape, size] = text.split(':') as [Shape, string];
    shapes.push(await measureShape(shape, Number(size)));
  }
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}, load ${before} before and ${load()} after`;
  const text = [machine, gridReport(grids, start), shapesReport(shapes)].filter(Boolean).join('\n\n');
  console.log(text);
  if (flags.write !== undefined) {
    const { writeDocument } = await import('./engine/document.ts');
    await writeDocument(flags.write, text, grids);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

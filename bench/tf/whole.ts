/** What users wait for: whole trainings, one and three at once, and the time until the first step. */
import { start, type Candidate, type Command, type Cost } from './candidate.ts';
import type { Case } from './cases.ts';

type Make = (threads: string) => Command;

export interface Row {
  readonly row: string;
  readonly names: readonly string[];
  readonly costs: readonly Cost[];
}

async function ready(command: Command, of: Case): Promise<Candidate> {
  const candidate = await start(command);
  if (candidate === null) throw new Error(`${command.name} does not start`);
  await candidate.ask({ work: 'prepare', of });
  await candidate.ask({ work: 'train' });
  return candidate;
}

/** Cells given to `candidates`, one after the other each, all candidates at once; the cost of all cells together. */
async function together(candidates: readonly Candidate[], cellsEach: number, count: number): Promise<Cost> {
  const started = performance.now();
  const spent = await Promise.all(
    candidates.map(async (candidate) => {
      let cpu = 0;
      for (let cell = 0; cell < cellsEach; cell++)
        cpu += (await candidate.ask<Cost>({ work: 'cell', count })).cpu;
      return cpu;
    }),
  );
  return {
    wall: (performance.now() - started) / count,
    cpu: spent.reduce((sum, cpu) => sum + cpu, 0),
  };
}

/** One training, and three of them: ours at one thread each, the peer so too and one after the other with two threads. */
export async function timeCells(of: Case, count: number, ours: Make, peer: Make | null): Promise<Row[]> {
  const three = async (make: Make) => Promise.all([0, 1, 2].map(() => ready(make('1'), of)));
  const us = await three(ours);
  const them = peer === null ? [] : await three(peer);
  const both = peer === null ? [] : [await ready(peer('2'), of)];
  try {
    const single: Cost[] = [];
    for (const [candidate] of peer === null ? [us] : [us, them])
      single.push(await together([candidate!], 1, count));
    const costs = [await together(us, 1, count)];
    if (peer !== null) costs.push(await together(them, 1, count), await together(both, 3, count));
    return [
      { row: 'one cell', names: ['ours', 'PyTorch'], costs: single },
      { row: 'three cells', names: ['ours, at once', 'PyTorch, at once', 'PyTorch, in sequence'], costs },
    ];
  } finally {
    for (const candidate of [...us, ...them, ...both]) candidate.end();
  }
}

/** From the start of the process to the end of the first training step, which also records it. */
export async function timeFirstStep(of: Case, commands: readonly Command[]): Promise<Cost[]> {
  const costs: Cost[] = [];
  for (const command of commands) {
    const started = performance.now();
    const candidate = await ready(command, of);
    const wall = performance.now() - started;
    costs.push({ wall, cpu: (await candidate.ask<{ cpu: number }>({ work: 'used' })).cpu });
    candidate.end();
  }
  return costs;
}

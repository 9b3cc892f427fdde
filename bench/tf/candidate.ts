/** One side of a comparison: a process that is asked in lines of JSON and answers each with one. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { median } from '../median.ts';

/** What an answer says of the work asked for, per repetition, in ms. */
export interface Cost {
  readonly wall: number;
  /** User and system time of the process, all threads. */
  readonly cpu: number;
}

export interface Candidate {
  readonly name: string;
  ask<T>(question: object): Promise<T>;
  end(): void;
}

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts it; null where the program does not start or says nothing (PyTorch is not installed). */
export async function start({ name, command, args, env }: Command): Promise<Candidate | null> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', process.env['BENCH_ERRORS'] ? 'inherit' : 'ignore'],
    env: { ...process.env, ...env },
  });
  const gone = new Promise<null>((resolve) => {
    for (const event of ['error', 'exit']) {
      child.once(event, () => {
        resolve(null);
      });
    }
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    return line.done ? null : JSON.parse(line.value);
  };
  if ((await Promise.race([next(), gone])) === null) return null;
  return {
    name,
    async ask<T>(question: object): Promise<T> {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const answer = await next();
      if (answer === null) {
        throw new Error(
          `${name} ended when asked ${JSON.stringify(question)}; BENCH_ERRORS=1 shows what it wrote`,
        );
      }
      return answer as T;
    },
    end: () => {
      child.stdin.end();
    },
  };
}

/** Asks all of them in turns (A, B, C, A, …), so that a noisy moment hits all, and answers each one's medians. */
export async function compare(
  candidates: readonly Candidate[],
  question: object,
  rounds: number,
): Promise<Cost[]> {
  const costs: Cost[][] = candidates.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [k, candidate] of candidates.entries()) costs[k]!.push(await candidate.ask<Cost>(question));
  }
  return costs.map((each) => ({
    wall: median(each.map(({ wall }) => wall)),
    cpu: median(each.map(({ cpu }) => cpu)),
  }));
}

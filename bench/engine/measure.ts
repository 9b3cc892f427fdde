/** Whole processes timed: seconds by the clock, seconds of processor time with all children, and the peak memory of Node's main process. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../median.ts';

export interface Cost {
  readonly wall: number;
  readonly cpu: number;
  /** MB; undefined for other programs. */
  readonly memory: number | undefined;
}

/** The shell tells what it and all its children took. */
const shell = '"$@" >/dev/null; status=$?; times >&3; exit $status';

export interface Meter {
  /** Throws with the last words of a command that fails. */
  cost(command: readonly string[], folder: string): Cost;
}

/** `scratch` holds what the meter itself needs. */
export function createMeter(scratch: string): Meter {
  const memoryPath = join(scratch, 'memory');
  const hook = join(scratch, 'hook.mjs');
  const memoryText = `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(${JSON.stringify(memoryPath)}, String(process.resourceUsage().maxRSS)));
`;
  writeFileSync(hook, memoryText);
  return {
    cost(command, folder) {
      rmSync(memoryPath, { force: true });
      const started = performance.now();
      const ran = spawnSync('/bin/sh', ['-c', shell, 'sh', ...command], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_OPTIONS: `--import=${hook}` },
        maxBuffer: 1 << 28,
      });
      const wall = (performance.now() - started) / 1000;
      if (ran.status !== 0) throw new Error(`${command.join(' ')}: ${ran.stderr.toString().slice(-2000)}`);
      const memory = existsSync(memoryPath) ? Number(readFileSync(memoryPath, 'utf8')) / 1024 : undefined;
      return { wall, cpu: seconds(ran.output[3]!.toString()), memory };
    },
  };
}

/** Sum of lines as `0m0.350s 0m0.030s`. */
function seconds(times: string): number {
  return [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, rest]) => sum + 60 * Number(minutes) + Number(rest),
    0,
  );
}

/** Medians, part by part. */
export function medianCost(costs: readonly Cost[]): Cost {
  const memory = costs.flatMap((cost) => cost.memory ?? []);
  return {
    wall: median(costs.map((cost) => cost.wall)),
    cpu: median(costs.map((cost) => cost.cpu)),
    memory: memory.length === 0 ? undefined : Math.max(...memory),
  };
}

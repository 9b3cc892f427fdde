/**
 * What the engine costs, beside make on the same grid:
 *
 *     npm run bench:engine -- --cells 333
 *
 * The grid is data -> train[i] -> attack[i] -> hist[i] -> table with trivial steps (1,001 with 333 cells): TypeScript stages
 * for ar-pipe, one `cp` or `cat` each for make -j2. Runs are interleaved; times are medians of whole processes in seconds.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

const project = process.cwd();
const cells = Number(process.argv[process.argv.indexOf('--cells') + 1] ?? 333) || 333;
const rounds = 3;
const folder = mkdtempSync(join(tmpdir(), 'ar-pipe-bench-'));

const stage = (needs: string, out: string, body: string): string =>
  `import { copyFileSync, writeFileSync } from 'node:fs';
import { defineStage, many } from 'ar-pipe';
import * as z from 'zod';
export default defineStage({ params: z.object({ i: z.number().default(0) }), ${needs} outputs: ['${out}'],
  run({ params, needs, out }) { ${body} } });
`;

/** A new folder every round: removing a large one would slow the next round down. */
function writeStudy(name: string): string {
  const study = join(folder, name);
  mkdirSync(join(study, 'stages'), { recursive: true });
  mkdirSync(join(study, 'node_modules'));
  symlinkSync(project, join(study, 'node_modules/ar-pipe'));
  symlinkSync(join(project, 'node_modules/zod'), join(study, 'node_modules/zod'));
  writeFileSync(join(study, 'package.json'), '{"name":"bench","type":"module"}');
  writeFileSync(join(study, 'data.txt'), 'data\n');
  for (const [name, from, to] of [
    ['train', 'data.txt', 'weights'],
    ['attack', 'weights', 'attacked'],
    ['hist', 'attacked', 'hist'],
  ] as const) {
    const body = `void params; void copyFileSync; writeFileSync(out('${to}'), \`${name} \${params.i}\\n\`); void needs;`;
    writeFileSync(join(study, `stages/${name}.ts`), stage(`needs: { input: '${from}' },`, to, body));
  }
  const body = `void params; void copyFileSync; writeFileSync(out('table'), \`\${needs.cells.length}\\n\`);`;
  writeFileSync(join(study, 'stages/table.ts'), stage(`needs: { cells: many('hist') },`, 'table', body));
  writeFileSync(
    join(study, 'pipeline.ts'),
    `import { file, pipeline, step } from 'ar-pipe';
import attack from './stages/attack.ts';
import hist from './stages/hist.ts';
import table from './stages/table.ts';
import train from './stages/train.ts';
const data = file('data.txt');
const cells = Array.from({ length: ${cells} }, (_, i) => {
  const trained = step(\`train/\${i}\`, train, { params: { i }, needs: { input: data } });
  const attacked = step(\`attack/\${i}\`, attack, { params: { i }, needs: { input: trained } });
  return step(\`hist/\${i}\`, hist, { params: { i }, needs: { input: attacked } });
});
export default pipeline({ targets: () => ({ table: step('table', table, { needs: { cells } }) }) });
`,
  );
  return study;
}

function writeMakefile(name: string): string {
  const made = join(folder, name);
  mkdirSync(made);
  const ids = Array.from({ length: cells }, (_, i) => i);
  const rules = ids.flatMap((i) => [
    `train${i}: data.txt\n\techo train ${i} > $@`,
    `attack${i}: train${i}\n\techo attack ${i} > $@`,
    `hist${i}: attack${i}\n\techo hist ${i} > $@`,
  ]);
  const all = ids.map((i) => `hist${i}`).join(' ');
  writeFileSync(join(made, 'Makefile'), `table: ${all}\n\tcat $^ | wc -l > $@\n${rules.join('\n')}\n`);
  writeFileSync(join(made, 'data.txt'), 'data\n');
  return made;
}

function seconds(command: readonly string[], cwd: string): number {
  const started = performance.now();
  const result = spawnSync(command[0]!, command.slice(1), { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  if (result.status !== 0) throw new Error(`${command.join(' ')}: ${result.stderr.toString().slice(-2000)}`);
  return (performance.now() - started) / 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const bin = join(project, 'bin/ar-pipe.js');
const ap = (...args: string[]): string[] => [process.execPath, bin, ...args];
const times = new Map<string, number[]>();
const measure = (what: string, command: readonly string[], cwd: string): void => {
  times.set(what, [...(times.get(what) ?? []), seconds(command, cwd)]);
};
const hasMake = spawnSync('make', ['--version']).status === 0;
try {
  for (let round = 0; round < rounds; round++) {
    const study = writeStudy(`study-${round}`);
    const made = writeMakefile(`make-${round}`);
    measure('cold run', ap('run', '-q', '-j', '2'), study);
    if (hasMake) {
      measure('make -j2, cold', ['make', '-s', '-j2'], made);
      measure('make -j2, no-op', ['make', '-s', '-j2'], made);
    }
    measure('no-op run', ap('run', '-q', '-j', '2'), study);
    measure('status', ap('status'), study);
    measure('run --dry-run', ap('run', '--dry-run', '-q'), study);
    measure('--help', ap('--help'), study);
    measure('node -e 0', [process.execPath, '-e', '0'], study);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const steps = 3 * cells + 1;
console.log(
  `${steps} steps, medians of ${rounds} interleaved runs, load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}`,
);
for (const [what, seen] of times) console.log(`${what.padEnd(16)} ${median(seen).toFixed(3)} s`);
const cold = median(times.get('cold run')!);
console.log(
  `cold run: ${((1000 * cold) / steps).toFixed(2)} ms a step${hasMake ? `, ${(cold / median(times.get('make -j2, cold')!)).toFixed(2)} of make` : ''}`,
);

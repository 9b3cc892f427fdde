/** Generated studies for ar-pipe, each in a new folder: the same shapes as the peers get (peers.ts). */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `grid`: data ─▶ train[i] ─▶ attack[i] ─▶ hist[i] ─▶ table, three steps a cell and one more. */
export type Shape = 'grid' | 'commands' | 'wide' | 'chain' | 'targets';

const stages: Readonly<Record<string, readonly [need: string, output: string]>> = {
  train: ['data.txt', 'weights'],
  attack: ['weights', 'attacked'],
  hist: ['attacked', 'hist'],
};

const stageText = (name: string, need: string, output: string): string =>
  `import { writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import * as z from 'zod';
export default defineStage({ params: z.object({ i: z.number() }), needs: { input: '${need}' }, outputs: ['${output}'],
  run({ params, out }) { writeFileSync(out('${output}'), \`${name} \${params.i}\\n\`); } });
`;

const tableText = `import { writeFileSync } from 'node:fs';
import { defineStage, many } from 'ar-pipe';
export default defineStage({ needs: { cells: many('hist') }, outputs: ['table'],
  run({ needs, out }) { writeFileSync(out('table'), \`\${needs.cells.length}\\n\`); } });
`;

/** A chain's links read their own output. */
const linkText = stageText('link', 'link', 'link');

const commandTexts = `const train = command({ run: 'echo train {params.i} > {out.out}', params, needs: { input: 'data.txt' }, outputs: { out: 'weights' } });
const attack = command({ run: 'echo attack {params.i} > {out.out}', params, needs: { input: 'weights' }, outputs: { out: 'attacked' } });
const hist = command({ run: 'echo hist {params.i} > {out.out}', params, needs: { input: 'attacked' }, outputs: { out: 'hist' } });
const table = command({ run: 'cat {needs.cells} | wc -l > {out.out}', needs: { cells: many('hist') }, outputs: { out: 'table' } });
`;

const cellsText = (cells: number): string => `const cells = Array.from({ length: ${cells} }, (_, i) => {
  const trained = step(\`train/\${i}\`, train, { params: { i }, needs: { input: data } });
  const attacked = step(\`attack/\${i}\`, attack, { params: { i }, needs: { input: trained } });
  return step(\`hist/\${i}\`, hist, { params: { i }, needs: { input: attacked } });
});
export default pipeline({ targets: () => ({ table: step('table', table, { needs: { cells } }) }) });
`;

const imports = (...names: readonly string[]): string =>
  `import { command, file, many, pipeline, step } from 'ar-pipe';\nimport * as z from 'zod';\n${names
    .map((name) => `import ${name} from './stages/${name}.ts';\n`)
    .join('')}void [command, many];
const params = z.object({ i: z.number() });
void params;
const data = file('data.txt');
`;

/** `size` is about the number of steps. */
const pipelines: Readonly<Record<Shape, (size: number) => string>> = {
  grid: (size) => imports('train', 'attack', 'hist', 'table') + cellsText(Math.round(size / 3)),
  commands: (size) => imports() + commandTexts + cellsText(Math.round(size / 3)),
  wide: (size) => `${imports('train', 'attack')}
const root = step('root', train, { params: { i: 0 }, needs: { input: data } });
const children = Array.from({ length: ${size} }, (_, i) => step(\`child/\${i}\`, attack, { params: { i }, needs: { input: root } }));
export default pipeline({ targets: () => ({ root, children }) });
`,
  chain: (size) => `${imports('first', 'link')}
let last = step('link/0', first, { params: { i: 0 }, needs: { input: data } });
for (let i = 1; i < ${size}; i++) last = step(\`link/\${i}\`, link, { params: { i }, needs: { input: last } });
export default pipeline({ targets: () => ({ last }) });
`,
  targets: (size) => `${imports('train')}
const steps = Array.from({ length: ${size} }, (_, i) => [\`t\${i}\`, step(\`train/\${i}\`, train, { params: { i }, needs: { input: data } })]);
export default pipeline({ targets: () => Object.fromEntries(steps) });
`,
};

/** Writes a study into `folder`, which must not exist; `project` holds the built ar-pipe. */
export function writeStudy(folder: string, project: string, shape: Shape, size: number): void {
  mkdirSync(join(folder, 'stages'), { recursive: true });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(project, join(folder, 'node_modules/ar-pipe'));
  symlinkSync(join(project, 'node_modules/zod'), join(folder, 'node_modules/zod'));
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  write('package.json', '{"name":"bench","type":"module"}');
  write('data.txt', 'data\n');
  for (const [name, [need, output]] of Object.entries(stages))
    write(`stages/${name}.ts`, stageText(name, need, output));
  write('stages/first.ts', stageText('first', 'data.txt', 'link'));
  write('stages/link.ts', linkText);
  write('stages/table.ts', tableText);
  write('pipeline.ts', pipelines[shape](size));
}

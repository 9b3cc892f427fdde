/** The grid of studies.ts for other tools: one shell line a step, which writes what ar-pipe's step writes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Peer {
  readonly name: string;
  /** Prints its version; a tool that cannot is left out. */
  readonly version: readonly string[];
  /** Made once before the first run, in the folder. */
  readonly prepare?: readonly string[];
  readonly run: readonly string[];
  readonly write: (folder: string, cells: number) => void;
  /** Runs only where it is asked for, and on grids of no more steps than this, since it takes seconds a step beyond. */
  readonly slowBeyond?: number;
}

const links = ['train', 'attack', 'hist'] as const;
const inputOf = {
  train: () => 'data.txt',
  attack: (i: string) => `train${i}`,
  hist: (i: string) => `attack${i}`,
};
const numbers = (cells: number): string[] => Array.from({ length: cells }, (_, i) => String(i));
const all = (cells: number): string =>
  numbers(cells)
    .map((i) => `hist${i}`)
    .join(' ');

function makefile(cells: number): string {
  const rules = numbers(cells).flatMap((i) =>
    links.map((link) => `${link}${i}: ${inputOf[link](i)}\n\techo ${link} ${i} > $@`),
  );
  return `table: ${all(cells)}\n\tcat $^ | wc -l > $@\n${rules.join('\n')}\n`;
}

function ninjaFile(cells: number): string {
  const rules = links.map((link) => `rule ${link}\n command = echo ${link} $i > $out\n`);
  const builds = numbers(cells).flatMap((i) =>
    links.map((link) => `build ${link}${i}: ${link} ${inputOf[link](i)}\n i = ${i}\n`),
  );
  const table = `rule table\n command = cat $in | wc -l > $out\nbuild table: table ${all(cells)}\n`;
  return rules.join('') + builds.join('') + table;
}

function snakefile(cells: number): string {
  const rule = (link: (typeof links)[number]): string => `rule ${link}:
    input: "${inputOf[link]('{i}')}"
    output: "${link}{i,[0-9]+}"
    shell: "echo ${link} {wildcards.i} > {output}"
`;
  return `rule table:
    input: expand("hist{i}", i=range(${cells}))
    output: "table"
    shell: "cat {input} | wc -l > {output}"
${links.map(rule).join('')}`;
}

function dvcFile(cells: number): string {
  const stage = (link: (typeof links)[number]): string => `  ${link}:
    foreach: [${numbers(cells).join(', ')}]
    do:
      cmd: echo ${link} \${item} > ${link}\${item}
      deps: ['${inputOf[link]('${item}')}']
      outs: ['${link}\${item}']
`;
  const table = `  table:
    cmd: cat ${all(cells)} | wc -l > table
    deps: [${all(cells).replaceAll(' ', ', ')}]
    outs: [table]
`;
  return `stages:\n${links.map(stage).join('')}${table}`;
}

const writer =
  (name: string, text: (cells: number) => string) =>
  (folder: string, cells: number): void => {
    mkdirSync(folder);
    writeFileSync(join(folder, name), text(cells));
    writeFileSync(join(folder, 'data.txt'), 'data\n');
  };

export const peers: readonly Peer[] = [
  {
    name: 'make -j2',
    version: ['make', '--version'],
    run: ['make', '-s', '-j2'],
    write: writer('Makefile', makefile),
  },
  {
    name: 'ninja -j2',
    version: ['ninja', '--version'],
    run: ['ninja', '--quiet', '-j2'],
    write: writer('build.ninja', ninjaFile),
  },
  {
    name: 'snakemake -j2',
    version: ['snakemake', '--version'],
    run: ['snakemake', '-q', 'all', '-j2'],
    write: writer('Snakefile', snakefile),
    slowBeyond: 1500,
  },
  {
    name: 'dvc repro',
    version: ['dvc', '--version'],
    prepare: ['dvc', 'init', '--no-scm', '-q'],
    run: ['dvc', 'repro', '-q'],
    write: writer('dvc.yaml', dvcFile),
    slowBeyond: 150,
  },
];

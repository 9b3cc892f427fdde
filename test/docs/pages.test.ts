/** The tutorial and the how-to pages: every block that can be carried out is, in a study that `init` has written. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack, packagesOf, type Packed } from '../e2e/packed.ts';
import { blocksOf, carryOut, type Place } from './page.ts';

const docs = resolve(import.meta.dirname, '../../docs');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-pages-')));
let packed: Packed;

beforeAll(() => {
  packed = pack();
  packed.install(join(folder, 'tool'), ['zod']);
});
afterAll(() => {
  packed.remove();
  rmSync(folder, { recursive: true });
});

/** `npm install` links what is here already, and `npx ar-pipe` is the packed tool. */
function placeIn(start: string): Place {
  const installed = join(folder, 'tool/node_modules/ar-pipe/bin/ar-pipe.js');
  return {
    folder: start,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      XDG_CONFIG_HOME: join(start, '.config'),
      AR_PIPE_JOBS: '2',
      CI: '1',
    },
    instead(command, at) {
      if (command === 'npm install') {
        packed.install(at, packagesOf(at));
        return 'true';
      }
      const own = join(at, 'node_modules/ar-pipe/bin/ar-pipe.js');
      return command.replaceAll(
        'npx ar-pipe',
        `'${process.execPath}' '${existsSync(own) ? own : installed}'`,
      );
    },
  };
}

function newStudy(parent: string): Place {
  const place = placeIn(parent);
  for (const line of ['npx ar-pipe init cars', 'cd cars', 'npm install'])
    carryOut({ language: 'console', file: undefined, text: `$ ${line}\n`, line: 0 }, place);
  return place;
}

const read = (page: string) => readFileSync(join(docs, page), 'utf8');

function carryOutPage(page: string, place: Place): string[] {
  return blocksOf(read(page)).flatMap((block) => {
    try {
      return carryOut(block, place) === 'done' ? [] : [`${page}:${block.line} (${block.language})`];
    } catch (error) {
      throw new Error(`${page}:${block.line}: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function expectTypes(place: Place): void {
  const tsc = join(place.folder, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '--noEmit'], { cwd: place.folder, encoding: 'utf8' });
  expect(stdout).toBe('');
}

test('every block of the tutorial is carried out', () => {
  const place = placeIn(mkdtempSync(join(folder, 'tutorial-')));
  expect(carryOutPage('tutorial.md', place)).toEqual([]);
  expectTypes(place);
}, 300_000);

/** Pages whose commands need what a test machine may not have. */
const lacking: Readonly<Record<string, boolean>> = {
  'python-step.md': spawnSync('python3', ['-V']).status !== 0,
};
const pages = readdirSync(join(docs, 'how-to')).filter((page) => page.endsWith('.md'));

describe.each(pages)('how-to/%s', (page) => {
  const hasCommands = blocksOf(read(`how-to/${page}`)).some(
    ({ language, file }) => language === 'console' || file !== undefined,
  );
  test.skipIf(!hasCommands || lacking[page])(
    'what can be carried out is',
    () => {
      const place = newStudy(mkdtempSync(join(folder, 'page-')));
      carryOutPage(`how-to/${page}`, place);
      expectTypes(place);
    },
    300_000,
  );
});

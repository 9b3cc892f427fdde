/** A study of one's own, with the tool as it is packed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { pack, packagesOf } from './packed.ts';

const packed = pack();
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ar-pipe-init-')));
afterAll(() => {
  packed.remove();
  rmSync(folder, { recursive: true });
});

const env = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  CI: '1',
};
const study = join(folder, 'my-study');
const node = (...args: readonly string[]) =>
  spawnSync(process.execPath, args, { cwd: study, env, encoding: 'utf8' });
const arPipe = (...args: readonly string[]) => node('node_modules/ar-pipe/bin/ar-pipe.js', ...args);

test('init writes a study that runs at once, whose types hold and whose tests pass', () => {
  const first = join(folder, 'first');
  packed.install(first, ['zod']);
  const init = [join(first, 'node_modules/ar-pipe/bin/ar-pipe.js'), 'init'];
  const said = execFileSync(process.execPath, [...init, 'my-study'], { cwd: folder, env, encoding: 'utf8' });
  expect(said).toContain('cd my-study\n  npm install\n  npx ar-pipe run');
  packed.install(study, packagesOf(study));

  const run = arPipe('run');
  expect({ status: run.status, stderr: run.stderr }).toMatchObject({ status: 0 });
  expect(run.stderr).toContain('28 built, 0 reused');
  // A step that spoils its worker would be named here.
  expect(run.stderr).not.toContain('left');
  expect(readFileSync(join(study, 'artifacts/table/table.md'), 'utf8')).toMatch(
    /^\| 5 \| \d+\.\d+ ± \d+\.\d+ \|$/m,
  );
  expect(readFileSync(join(study, 'artifacts/figure/figure.svg'), 'utf8')).toMatch(/^<svg .*test error/s);
  expect(readFileSync(join(study, 'artifacts/best/best.txt'), 'utf8')).toMatch(
    /^degree \d: \d+\.\d+ feet\n$/,
  );
  expect(arPipe('status', '--check').status).toBe(0);

  const tests = spawnSync('npm', ['test'], { cwd: study, env, encoding: 'utf8' });
  expect({ status: tests.status, stdout: tests.stdout }).toMatchObject({ status: 0 });

  const again = spawnSync(process.execPath, [...init, 'my-study'], { cwd: folder, env, encoding: 'utf8' });
  expect(again.status).toBe(2);
  expect(again.stderr).toContain('is not empty');
}, 120_000);

test('mistakes in needs, parameters and outputs do not compile', () => {
  const mistakes = `import { defineStage, file, step } from 'ar-pipe';
import fit from './stages/fit.ts';
import split from './stages/split.ts';
const parts = step('parts', split, { needs: { cars: file('data/cars.csv') } });
step('a', fit, { params: { degree: 1 }, needs: { train: parts, tset: parts } });
step('b', fit, { params: { degree: 'one' }, needs: { train: parts, test: parts } });
step('c', fit, { params: { degre: 1 }, needs: { train: parts, test: parts } });
step('d', fit, { params: { degree: 1 }, needs: { train: step('e', fit, { params: { degree: 1 }, needs: { train: parts, test: parts } }), test: parts } });
defineStage({ outputs: ['a.txt'], run({ out }) { out('b.txt'); } });
`;
  writeFileSync(join(study, 'stages/mistakes.ts'), mistakes.replaceAll('./stages/', './'));
  const { status, stdout } = node('node_modules/typescript/bin/tsc', '--noEmit');
  rmSync(join(study, 'stages/mistakes.ts'));
  expect(status).not.toBe(0);
  const lines = [...stdout.matchAll(/^stages\/mistakes\.ts\((\d+),/gm)].map(([, line]) => Number(line));
  expect([...new Set(lines)]).toEqual([5, 6, 7, 8, 9]);
});

describe('the packed tool', () => {
  test('is small', () => {
    expect(packed.size).toBeLessThan(3e6);
  });

  test('serves its library with types, and nothing that no one exports', () => {
    const program = `import * as api from 'ar-pipe';
      const refused = await import('ar-pipe/dist/index.js').catch(({ code }) => code);
      console.log(JSON.stringify([Object.keys(api).sort(), refused]));`;
    const { stdout, stderr } = node('--input-type=module', '-e', program);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      [
        'PipelineError',
        'command',
        'defineStage',
        'dir',
        'file',
        'grid',
        'many',
        'metrics',
        'pipeline',
        'readResult',
        'step',
      ],
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    ]);
  });

  test('needs no TensorFlow.js, and doctor says how to add it', () => {
    const { status, stdout } = arPipe('doctor');
    expect(status).toBe(0);
    expect(stdout).toContain('npm install --ignore-scripts @tensorflow/tfjs@');
  });
});

/** Over the network, some 40 s: in CI, and where it is asked for. */
test.runIf(process.env['AR_PIPE_TEST_NPM'] === '1')(
  'npm installs the packed tool and the study that it writes',
  () => {
    const npm = (cwd: string, command: string, ...args: readonly string[]) =>
      execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    npm(folder, 'npx', '--yes', `--package=file:${packed.tarball}`, 'ar-pipe', 'init', 'from-npm');
    const fromNpm = join(folder, 'from-npm');
    npm(fromNpm, 'npm', 'install');
    npm(fromNpm, 'npx', 'ar-pipe', 'run');
    expect(npm(fromNpm, 'npx', 'ar-pipe', 'status', '--check')).toContain('all 28 steps fresh');
    npm(fromNpm, 'npm', 'test');
  },
  300_000,
);

import { buildSync } from 'esbuild';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Job } from '../../src/exec/executor.ts';
import { fs, Rig } from './rig.ts';

const rig = new Rig();
afterAll(() => rig.close());
const pool = rig.pool();
const failureOf = async (work: string, more: Partial<Job> = {}) => {
  const ran = await rig.run(pool, rig.job(work, more));
  return { ...ran.failure, text: ran.log };
};
const fine = rig.bundle(`fs.writeFileSync(c.out('a.txt'), 'fine')`, fs);

describe('a stage that goes wrong', () => {
  test('throwing points into the TypeScript source, through the source map, with a code frame', async () => {
    rig.write(
      'stages/lib/inner.ts',
      `export function inner(value: number): never {\n  throw new RangeError(\`no \${value}\`);\n}\n`,
    );
    rig.write(
      'stages/x.ts',
      `import { inner } from './lib/inner.ts';\n\nexport default { async run() {\n  inner(3);\n} };\n`,
    );
    const built = buildSync({
      absWorkingDir: rig.folder,
      entryPoints: ['stages/x.ts'],
      outfile: 'bundle.mjs',
      write: false,
      bundle: true,
      format: 'esm',
      minifyWhitespace: true,
      sourcemap: 'external',
    });
    const text = (end: string) => built.outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
    const bundle = rig.write('code with space/bundle.mjs', text('.mjs'));
    const sourceMap = rig.write('code with space/bundle.mjs.map', text('.map'));
    const failure = await failureOf('', { work: { kind: 'stage', bundle, sourceMap } });
    expect(failure).toMatchObject({ reason: 'stage-threw', message: 'no 3', at: 'stages/lib/inner.ts:2:9' });
    expect(failure.frame).toContain('> 2 |   throw new RangeError');
    expect(failure.stack).toMatch(
      /RangeError: no 3\n.*inner.*stages\/lib\/inner\.ts:2:9\)\n.*stages\/x\.ts:4:3\)$/,
    );
    expect(failure.text).toContain('stages/x.ts:4:3');
  });

  test('the same behind a symbolic link to the project', async () => {
    symlinkSync(rig.folder, join(rig.folder, 'link'));
    const bundle = join(rig.folder, 'link/code with space/bundle.mjs');
    const failure = await failureOf('', { work: { kind: 'stage', bundle, sourceMap: `${bundle}.map` } });
    expect(failure.at).toBe('stages/lib/inner.ts:2:9');
  });

  test('a hint of the error is passed on', async () => {
    const bundle = rig.bundle(`throw Object.assign(new Error('bad digest'), { hint: 'fetch it again' })`);
    expect(await failureOf(bundle)).toMatchObject({ message: 'bad digest', hint: 'fetch it again' });
  });

  test('an import by name that a CommonJS package does not offer is told with what to write', async () => {
    rig.write('node_modules/cjs-only/package.json', '{"name":"cjs-only"}');
    rig.write('node_modules/cjs-only/index.js', `Object.assign(module.exports, { times: 1 });`);
    const failure = await failureOf(rig.bundle('c.log(times)', `import { times } from 'cjs-only';`));
    expect(failure).toMatchObject({
      reason: 'stage-threw',
      message: `'cjs-only' is a CommonJS package: Node cannot import 'times' from it by name`,
      hint: `import its default instead: import cjs from 'cjs-only', then cjs.times`,
    });
  });

  test('a message as long as a file is cut', async () => {
    const failure = await failureOf(rig.bundle(`throw new Error('x'.repeat(1e6))`));
    expect(failure.message).toBe(`${'x'.repeat(4000)} … (996000 more characters)`);
    expect(failure.stack!.length).toBeLessThan(110_000);
  });

  test.each([
    ['a bundle that is not there', () => join(rig.folder, 'absent.mjs'), /Cannot find module/],
    [
      'a module without a stage',
      () => rig.write('empty.mjs', 'export default 3;'),
      /no stage as its default export/,
    ],
    ['a thrown text', () => rig.bundle(`throw 'plain'`), /^plain$/],
    [
      'a rejection nobody waits for',
      () =>
        rig.bundle(`void Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 5000))`),
      /^lost$/,
    ],
    [
      'an error in a timer',
      () =>
        rig.bundle(
          `setTimeout(() => { throw new Error('late') }, 1); await new Promise((r) => setTimeout(r, 5000))`,
        ),
      /^late$/,
    ],
    ['an undeclared output', () => rig.bundle(`c.out('b.txt')`), /out\('b.txt'\).*declares 'a.txt'/],
    ['a seed that was not asked for', () => rig.bundle(`c.seed`), /random: true/],
    ['changed parameters', () => rig.bundle(`c.params.a = 1`), /not extensible/],
  ])('%s', async (_, bundle, message) => {
    const failure = await failureOf(bundle());
    expect(failure.reason).toBe('stage-threw');
    expect(failure.message).toMatch(message);
  });

  test('process.exit is an answer with a place, not a lost worker', async () => {
    const failure = await failureOf(rig.bundle(`try { process.exit(3) } catch {}\nwhile (true);`));
    expect(failure).toMatchObject({ reason: 'stage-exited', message: 'the stage called process.exit(3)' });
  });

  test('a process that ends by other means is stage-exited with its code', async () => {
    const failure = await failureOf(rig.bundle(`process.reallyExit(4)`));
    expect(failure.reason).toBe('stage-exited');
    expect(failure.message).toContain('exit code 4');
  });

  test('a promise that nobody will resolve is told, not waited for', async () => {
    const failure = await failureOf(rig.bundle(`await new Promise(() => {})`));
    expect(failure).toMatchObject({
      reason: 'stage-exited',
      hint: expect.stringContaining('await') as string,
    });
  });

  test('kill -9 of the worker loses this job only', async () => {
    const lost = await rig.run(
      pool,
      rig.job(rig.bundle(`c.progress(1, null, 'x'); await new Promise((r) => setTimeout(r, 60_000))`)),
      {
        onWorker: (worker) => {
          process.kill(worker.pid, 'SIGKILL');
        },
      },
    );
    expect(lost.failure).toMatchObject({
      reason: 'worker-lost',
      hint: expect.stringContaining('memory') as string,
    });
    const next = await rig.run(pool, rig.job(fine));
    expect(next.failure).toBeUndefined();
    expect(next.pid).not.toBe(lost.pid);
  });

  test('what native code wrote last is in the log', async () => {
    const failure = await failureOf(rig.bundle(`fs.writeSync(2, 'native words\\n'); process.abort()`, fs));
    expect(failure.reason).toBe('worker-lost');
    expect(failure.message).toContain('SIGABRT');
    expect(failure.text).toContain('native words');
    expect(failure.log).toBeDefined();
  });

  test('a worker that cannot start', async () => {
    const broken = rig.pool({ workerPath: join(rig.folder, 'no-worker.js') });
    expect((await rig.run(broken, rig.job(fine))).failure).toMatchObject({ reason: 'stage-exited' });
  });
});

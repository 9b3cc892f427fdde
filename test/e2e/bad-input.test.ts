/** Mistakes of users: what is said, where it points, and that nothing is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Failure } from '../../src/core/failure.ts';
import { Project, type RunEnded } from './project.ts';
import { study } from './study.ts';

describe('before anything runs: exit 2, the place, and a code frame', () => {
  let project: Project;
  beforeAll(async () => {
    project = study();
    expect((await project.run()).built).toHaveLength(4);
  });
  const changed = new Map<string, string>();
  afterEach(() => {
    project.write(Object.fromEntries(changed));
    changed.clear();
  });
  afterAll(() => {
    project.close();
  });

  const pipeline = 'pipeline.ts';
  const count = 'stages/count.ts';
  test.each<[string, string, string, string, RegExp, string | undefined]>([
    [
      'a syntax error in pipeline.ts',
      pipeline,
      "['table']",
      "[['table']",
      /Expected "\]"/,
      'pipeline.ts:16:10',
    ],
    [
      'a syntax error in a stage',
      count,
      'const n =',
      'const n = =',
      /Unexpected "="/,
      'stages/count.ts:11:15',
    ],
    [
      'a syntax error in a helper',
      'stages/lib/letters.ts',
      '/[a-z]/',
      '(',
      /Unexpected/,
      'stages/lib/letters.ts:1:25',
    ],
    [
      'parameters that fail the schema',
      pipeline,
      'params: { word }',
      'params: { word: 1 }',
      /step 'count\/a': word: Invalid input: expected string/,
      'pipeline.ts:19:7',
    ],
    [
      'a parameter the schema does not know',
      pipeline,
      'params: { word }',
      'params: { word, atleast: 1 }',
      /no parameter 'atleast'/,
      'pipeline.ts:19:7',
    ],
    [
      'a parameter JSON cannot hold',
      pipeline,
      'params: { word }',
      'params: { word, atLeast: -0 }',
      /atLeast is -0/,
      'pipeline.ts:19:7',
    ],
    [
      'a schema that never parses twice alike',
      count,
      'atLeast: z.number().optional()',
      'atLeast: z.number().default(Math.random)',
      /different result each time/,
      'pipeline.ts:19:7',
    ],
    [
      'a need that names no output',
      count,
      "text: 'text.txt'",
      "text: 'txt.txt'",
      /step 'count\/a': need 'text' reads 'txt.txt', which step 'text' does not write/,
      'pipeline.ts:19:7',
    ],
    [
      'a need the stage does not have',
      pipeline,
      'word }, needs: { text: source }',
      'word }, needs: { txt: source }',
      /has no need 'txt'/,
      'pipeline.ts:19:7',
    ],
    [
      'two steps of one name',
      pipeline,
      '`count/${word}`',
      "'count'",
      /two steps are named 'count'/,
      'pipeline.ts:19:7',
    ],
    [
      'a name no file could have',
      pipeline,
      "step('table'",
      "step('../table'",
      /step '\.\.\/table': the name/,
      'pipeline.ts:22:14',
    ],
    [
      'a stage declared in pipeline.ts',
      pipeline,
      "import count from './stages/count.ts';",
      "import { defineStage } from 'ar-pipe';\nconst count = defineStage({ outputs: ['count.json'], run() {} });",
      /step 'count\/a': the stage takes no parameters|has no need|not the default export/,
      'pipeline.ts:20:7',
    ],
    [
      'a missing module',
      pipeline,
      './stages/count.ts',
      './stages/cuont.ts',
      /Could not resolve ".\/stages\/cuont.ts"/,
      'pipeline.ts:2:19',
    ],
    [
      'a missing package',
      count,
      "from 'zod'",
      "from 'zood'",
      /Could not resolve "zood"/,
      'stages/count.ts:3:20',
    ],
    [
      'an exception in pipeline.ts',
      pipeline,
      'seed: 1',
      'seed: JSON.parse("{")',
      /JSON/,
      'pipeline.ts:13:14',
    ],
    [
      'a default that is no target',
      pipeline,
      "default: ['table']",
      "default: ['tabel']",
      /default names 'tabel', which is not one of its targets/,
      undefined,
    ],
    [
      'a default profile that is none',
      pipeline,
      'seed: 1',
      "defaultProfile: 'quik' as never",
      /defaultProfile 'quik' is not one of its profiles/,
      undefined,
    ],
    [
      'a stage that looks where it lies',
      count,
      "'first'",
      'import.meta.url',
      /uses import.meta.url/,
      'stages/count.ts:14:37',
    ],
    [
      'a stage that makes a require',
      count,
      "'first'",
      "String(process.getBuiltinModule('module').createRequire('/')('os').cpus)",
      /uses createRequire/,
      'stages/count.ts:14:79',
    ],
    [
      'a stage that imports a computed name',
      count,
      "'first'",
      'String(import(params.word))',
      /uses import\(\) of a computed name/,
      'stages/count.ts:14:44',
    ],
  ])('%s', async (_, file, from, to, message, at) => {
    changed.set(file, project.read(file));
    project.edit(file, from, to);
    const { status, lines, stderr } = await project.ap(['run', '--json']);
    expect(status).toBe(2);
    expect(lines).toHaveLength(1);
    const { failure } = lines[0] as { failure: Failure };
    expect(failure.message).toMatch(message);
    expect(failure.at).toBe(at);
    expect(stderr).not.toMatch(/node_modules|\/dist\/|\/src\/|\/tmp\//);
    if (at !== undefined) expect(stderr).toMatch(new RegExp(`> +${at.split(':')[1]!} \\| `));
  });

  test('what was built is still fresh afterwards', async () => {
    expect((await project.run()).built).toEqual([]);
  });
});

describe('while running: exit 1, the step, the place in TypeScript, the log; what finished stays', () => {
  let project: Project;
  let run: RunEnded;
  beforeAll(async () => {
    project = new Project(troubled);
    run = await project.run(['-k', '-j', '2']);
  });
  afterAll(() => {
    project.close();
  });
  const failureOf = (step: string): Failure => {
    const event = run.events.find((one) => one.event === 'step-finished' && one.step === step);
    return (event as { failure?: Failure }).failure!;
  };

  test.each<[string, string, RegExp, string | RegExp]>([
    ['throw', 'stage-threw', /^the loss is NaN$/, 'stages/lib/boom.ts:3:9'],
    ['reject', 'stage-threw', /^rejected$/, /^stages\/bad.ts:16:/],
    ['exit', 'stage-exited', /process.exit\(3\)/, /^stages\/bad.ts:17:/],
    ['never', 'stage-exited', /waits for something that will never happen/, 'stages/bad.ts:6:16'],
    ['undeclared', 'stage-threw', /out\('y'\)/, /^stages\/bad.ts:19:/],
    ['nan', 'stage-threw', /m.json' holds NaN/, 'stages/bad.ts:6:16'],
    ['little', 'output-missing', /'x' was not written/, 'stages/bad.ts:6:16'],
    ['much', 'undeclared-output', /'extra' was written/, 'stages/bad.ts:6:16'],
    ['loop', 'stage-timeout', /longer than its timeout of 1 s/, 'pipeline.ts:8:9'],
    ['killed', 'worker-lost', /ended by SIGKILL/, ''],
    ['command', 'stage-exited', /ended with exit code 4; it last wrote: oops$/, 'pipeline.ts:10:19'],
  ])('%s', (step, reason, message, at) => {
    const failure = failureOf(step);
    expect(failure.message).toMatch(message);
    expect(failure.reason).toBe(reason);
    expect(failure.at ?? '').toMatch(at);
    expect(failure.log).toMatch(new RegExp(`^cache/logs/${step}/.*\\.log$`));
    expect(project.read(failure.log!)).not.toMatch(/\/dist\/|hint:/);
  });

  test('a missing local input is a failure of its step, with the place of the step', () => {
    expect(failureOf('missing')).toMatchObject({
      reason: 'input-missing',
      message: "need 'data' of step 'missing': no file matches data/*.csv",
      at: 'pipeline.ts:9:21',
    });
  });

  test('the rest finished, stays, and the failed are known as failed', async () => {
    expect(run.status).toBe(1);
    expect(run.outcomes['fine']).toBe('built');
    expect(run.events.at(-1)).toMatchObject({
      ok: false,
      counts: { built: 1, reused: 0, failed: 12, notRun: 0 },
    });
    expect(await project.json(['status', 'all'])).toMatchObject({ counts: { fresh: 1, failed: 10 } });
    const why = await project.ap(['why', 'throw']);
    expect(why.stdout).toMatch(
      /^throw failed the last time, and nothing changed since\nthrow failed: the loss is NaN\n {2}at stages\/lib\/boom.ts:3:9/,
    );
    const words = await project.ap(['run', 'throw']);
    expect(words.status).toBe(1);
    expect(words.stderr).toMatch(
      /throw failed: the loss is NaN\n {2}at stages\/lib\/boom.ts:3:9\n(.*\n)*.*> 3 \| {3}throw/,
    );
    expect(words.stderr).toMatch(/log: cache\/logs\/throw\//);
    expect(words.stderr).not.toContain(project.folder);
  });
});

describe('--on-failure', () => {
  test('stop: nothing new starts', async () => {
    const project = new Project(troubled);
    try {
      const { events, status } = await project.run(['-j', '1', 'all']);
      expect(status).toBe(1);
      expect(events.at(-1)).toMatchObject({ counts: { failed: 1 } });
    } finally {
      project.close();
    }
  });

  test('continue: all goes on that does not need the failed step', async () => {
    const project = new Project(troubled);
    try {
      const { outcomes, events } = await project.run(['--on-failure', 'continue', 'throw', 'behind', 'fine']);
      expect(outcomes).toEqual({ throw: 'failed', behind: 'not-run', fine: 'built' });
      const behind = events.find((event) => event.event === 'step-finished' && event.step === 'behind');
      expect(behind).toMatchObject({ because: 'throw', key: null });
    } finally {
      project.close();
    }
  });

  test('kill ends what runs', async () => {
    const project = new Project(troubled);
    try {
      const { outcomes } = await project.run(['-j', '2', '--on-failure', 'kill', 'sleep', 'throw']);
      expect(outcomes).toEqual({ throw: 'failed', sleep: 'failed' });
    } finally {
      project.close();
    }
  });
});

const troubled = {
  'stages/lib/boom.ts': `// Throws.
export function boom(message: string): never {
  throw new Error(message);
}
`,
  'stages/bad.ts': `import { writeFileSync } from 'node:fs';
import { defineStage, metrics } from 'ar-pipe';
import * as z from 'zod';
import { boom } from './lib/boom.ts';

export default defineStage({
  params: z.object({ how: z.string() }),
  outputs: ['x', metrics('m.json')],
  async run({ params: { how }, out, signal, log }) {
    log(how);
    const wait = () =>
      new Promise<void>((_, reject) => {
        const timer = setTimeout(() => undefined, 60_000);
        signal.addEventListener('abort', () => (clearTimeout(timer), reject(new Error('stopped'))));
      });
    if (how === 'reject') void Promise.reject(new Error('rejected')), await wait();
    if (how === 'exit') process.exit(3);
    if (how === 'never') await new Promise(() => undefined);
    if (how === 'undeclared') out('y' as never);
    if (how === 'throw') boom('the loss is NaN');
    if (how === 'killed') process.kill(process.pid, 'SIGKILL');
    if (how === 'loop' || how === 'sleep') await wait();
    writeFileSync(out('m.json'), how === 'nan' ? '{"loss": NaN}' : '{"loss": 1}');
    if (how !== 'little') writeFileSync(out('x'), 'x');
    if (how === 'much') writeFileSync(out('x').replace(/x$/, 'extra'), 'x');
  },
});
`,
  'stages/read.ts': `import { copyFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';

export default defineStage({
  needs: { data: 'x' },
  outputs: ['copy'],
  run({ needs, out }) {
    copyFileSync(needs.data, out('copy'));
  },
});
`,
  'pipeline.ts': `import { command, file, pipeline, step } from 'ar-pipe';
import bad from './stages/bad.ts';
import read from './stages/read.ts';

export default pipeline({
  targets: () => {
    const [thrown, ...rest] = ['throw', 'reject', 'exit', 'never', 'undeclared', 'nan', 'little', 'much', 'killed', 'fine', 'loop'].map((how) =>
        step(how, bad, { params: { how }, timeout: how === 'loop' ? 1 : 30 }));
    const missing = step('missing', read, { needs: { data: file('data/*.csv') } });
    const shell = step('command', command({ run: 'echo oops >&2; exit 4', outputs: { a: 'a' } }));
    const behind = step('behind', read, { needs: { data: thrown! } });
    return { all: [thrown!, ...rest], missing, command: shell, behind, sleep: step('sleep', bad, { params: { how: 'sleep' } }) };
  },
  default: ['all', 'missing', 'command'],
});
`,
};

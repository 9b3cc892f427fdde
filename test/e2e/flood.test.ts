/** Steps that write a gigabyte to their log, for real: the log is bounded, the step ends well, and the run can be stopped meanwhile. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Project, runOf } from './project.ts';

const files = {
  'stages/flood.ts': `import { writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import * as z from 'zod';

export default defineStage({
  params: z.object({ how: z.enum(['log', 'console']) }),
  outputs: ['o.txt'],
  run({ params, out, log }) {
    const line = 'x'.repeat(2 ** 20 - 1);
    for (let i = 0; i < 1024; i++)
      if (params.how === 'log') log(line);
      else console.log(line);
    writeFileSync(out('o.txt'), 'done');
  },
});
`,
  'pipeline.ts': `import { command, pipeline, step } from 'ar-pipe';
import flood from './stages/flood.ts';

const shell = (name: string, run: string) =>
  step(name, command({ run: run + '; echo done > {out.o}', outputs: { o: 'o.txt' } }));
export default pipeline({
  targets: () => ({
    log: step('log', flood, { params: { how: 'log' } }),
    console: step('console', flood, { params: { how: 'console' } }),
    zeros: shell('zeros', 'head -c 1G /dev/zero'),
    endless: shell('endless', 'yes'),
  }),
});
`,
};

let project: Project;
afterEach(() => {
  project.close();
});

function logOf(step: string): Buffer {
  const folder = project.path(`cache/logs/${step}`);
  return readFileSync(join(folder, readdirSync(folder)[0]!));
}

const limit = 16 * 2 ** 20;
const lastLine = '\n[ar-pipe: the log ends here, it reached 16 MB]\n';

test('a gigabyte, by whatever way, leaves a log of 16 MB that says so', async () => {
  project = new Project(files);
  const steps = ['log', 'console', 'zeros'];
  expect(await project.run(steps)).toMatchObject({ status: 0, built: ['console', 'log', 'zeros'] });
  for (const step of steps) {
    expect(project.read(`artifacts/${step}/o.txt`).trim()).toBe('done');
    const log = logOf(step);
    expect(log.length).toBe(limit + lastLine.length);
    expect(log.subarray(limit).toString()).toBe(lastLine);
  }
});

test('one without end can be stopped, and others may look on', async () => {
  project = new Project(files);
  const running = project.start(['run', 'endless', '--json']);
  await running.saw('"step":"endless","key"');
  await expect
    .poll(async () => (await project.json(['log', 'endless']))['log'], { interval: 50 })
    .not.toBeNull();
  running.child.kill('SIGINT');
  expect(runOf(await running.ended)).toMatchObject({ status: 130, outcomes: { endless: 'failed' } });
  expect(logOf('endless').length).toBeLessThan(limit + 1000);
});

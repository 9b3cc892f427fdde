/** A stage of somebody else's project that computes with 'ar-pipe/tf' as it is published. */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Project } from './project.ts';

const packages = join(import.meta.dirname, '../../node_modules/@tensorflow');

test.skipIf(!existsSync(packages))('a stage computes with what dist/ holds', async () => {
  const project = new Project({
    'stages/sum.ts': `import { writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';
import { loadBackend } from 'ar-pipe/tf';

export default defineStage({
  numerical: true,
  outputs: ['sum.txt'],
  async run({ out }) {
    const { tf } = await loadBackend();
    const sum = tf.tidy(() => tf.tensor1d([1, 2, 3]).sum().dataSync()[0]);
    writeFileSync(out('sum.txt'), String(sum));
  },
});
`,
    'pipeline.ts': `import { pipeline, step } from 'ar-pipe';
import sum from './stages/sum.ts';

export default pipeline({ targets: () => ({ sum: step('sum', sum) }) });
`,
  });
  symlinkSync(packages, project.path('node_modules/@tensorflow'));
  const run = await project.run();
  expect(run.stderr).not.toMatch(/left .* behind/);
  expect(run).toMatchObject({ status: 0, built: ['sum'] });
  expect(project.read('artifacts/sum/sum.txt')).toBe('6');
  project.close();
});

/** data → train → report: a study whose middle stage the tests supply, since it is the one that is interrupted. */
export const resumableStudy = (train: string): Record<string, string> => ({
  'stages/data.ts': `import { writeFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';

export default defineStage({
  outputs: ['data.txt'],
  run({ out }) {
    writeFileSync(out('data.txt'), 'data');
  },
});
`,
  'stages/train.ts': train,
  'stages/report.ts': `import { copyFileSync } from 'node:fs';
import { defineStage } from 'ar-pipe';

export default defineStage({
  needs: { weights: 'weights.txt' },
  outputs: ['report.txt'],
  run({ needs, out }) {
    copyFileSync(needs.weights, out('report.txt'));
  },
});
`,
  'pipeline.ts': `import { pipeline, step } from 'ar-pipe';
import data from './stages/data.ts';
import report from './stages/report.ts';
import train from './stages/train.ts';

export default pipeline({
  targets: () => {
    const weights = step('train', train, { needs: { data: step('data', data) } });
    return { report: step('report', report, { needs: { weights } }) };
  },
});
`,
});

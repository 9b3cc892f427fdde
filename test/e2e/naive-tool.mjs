/** How not to do it, so that the kill sweep can show that it would notice: in place, the record before the bytes. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

mkdirSync('store', { recursive: true });
for (const [step, text] of [
  ['data', 'data'],
  ['train', 'weights'],
]) {
  if (existsSync(`store/${step}.json`)) continue;
  mkdirSync(`store/${step}`, { recursive: true });
  writeFileSync(`${step}.tmp`, text);
  writeFileSync(`store/${step}.json`, '{}');
  renameSync(`${step}.tmp`, `store/${step}/out`);
}
writeFileSync('result', readFileSync('store/data/out', 'utf8') + readFileSync('store/train/out', 'utf8'));

/** From the files of other stages to the runs that claims are judged on. */
import type { ManyItem } from 'ar-pipe';
import * as z from 'zod';
import { numberColumn, readCsv } from '../lib/csv.ts';
import { readSafetensors, tensorOf, type Safetensors } from '../lib/safetensors.ts';
import { attackRow, fixedAttack, maskingRow } from '../results/attack-table.ts';
import { runOf } from '../results/run.ts';
import { readSummary, trainingSummary } from '../results/summaries.ts';
import { layerRow } from '../spectrum/layers-table.ts';
import type { Attacked, Pictures, RunResults, Varied } from './run-results.ts';

const epochRow = z.object({ cleanLoss: numberColumn, cleanAccuracy: numberColumn });

/** One list a kind of file; the evaluation says which runs there are, each other list may lack some or all of them. */
export type RunFiles = Readonly<
  Record<
    'test' | 'train' | 'attacks' | 'masking' | 'attacked' | 'spectra' | 'variations' | 'history' | 'training',
    readonly ManyItem[]
  >
>;

/**
 * @param variationEpsilon which loss variation is read, in units of 1/255
 * @param onRun awaited after each run
 * @throws where a file is of the wrong form, of a run given twice, or of pictures other than the run's
 */
export async function readRuns(
  files: RunFiles,
  variationEpsilon: number,
  onRun: () => Promise<void>,
): Promise<RunResults[]> {
  const paths = Object.fromEntries(
    Object.entries(files).map(([kind, items]) => [kind, pathsByRun(items)]),
  ) as Record<keyof RunFiles, ReadonlyMap<string, string>>;
  const runs: RunResults[] = [];
  for (const item of files.test) {
    const key = keyOf(item);
    const train = paths.train.get(key);
    if (train === undefined)
      throw new Error(`${item.path} is of the run ${key}, of whose training pictures nothing was given`);
    const optional = <T>(kind: keyof RunFiles, read: (path: string) => T): T | null => {
      const path = paths[kind].get(key);
      return path === undefined ? null : read(path);
    };
    const test = readPictures(item.path);
    const attacks = paths.attacks.get(key);
    runs.push({
      run: runOf(item),
      test,
      train: readPictures(train),
      attacked:
        attacks === undefined ? null : optional('attacked', (path) => readAttacked(attacks, path, test)),
      masking: optional('masking', (path) => readCsv(path, maskingRow)),
      spectra: optional('spectra', (path) => readCsv(path, layerRow)),
      variation: optional('variations', (path) => readVaried(path, variationEpsilon, test)),
      history: optional('history', (path) => readCsv(path, epochRow)),
      training: optional('training', (path) => readSummary(path, trainingSummary)),
    });
    await onRun();
  }
  return runs;
}

const keyOf = (item: ManyItem): string => JSON.stringify(runOf(item));

function pathsByRun(items: readonly ManyItem[]): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const item of items) {
    const key = keyOf(item);
    if (paths.has(key)) throw new Error(`${paths.get(key)!} and ${item.path} are both of the run ${key}`);
    paths.set(key, item.path);
  }
  return paths;
}

function readPictures(path: string): Pictures {
  const file = readSafetensors(path);
  const { data: logits, shape } = tensorOf(file, 'logits', 'F32', path);
  const classes = shape[1] ?? 0;
  const index = tensorOf(file, 'index', 'I32', path).data;
  const logitSum = new Float64Array(index.length);
  const logitSquares = new Float64Array(index.length);
  logits.forEach((logit, i) => {
    const picture = Math.floor(i / classes);
    logitSum[picture]! += logit;
    logitSquares[picture]! += logit * logit;
  });
  return {
    index,
    classes,
    loss: finite(file, 'loss', path),
    margin: finite(file, 'margin', path),
    probability: finite(file, 'prob', path),
    correct: tensorOf(file, 'correct', 'U8', path).data,
    logitSum,
    logitSquares,
  };
}

function readAttacked(attacksPath: string, path: string, test: Pictures): Attacked {
  const attack = readCsv(attacksPath, attackRow).find(({ name }) => name === fixedAttack);
  if (attack === undefined) throw new Error(`${attacksPath} has no attack '${fixedAttack}'`);
  const file = readSafetensors(path);
  refuseOthers(file, path, test);
  return {
    attack,
    clean: tensorOf(file, 'correct', 'U8', path).data,
    attacked: tensorOf(file, `${fixedAttack}/correct`, 'U8', path).data,
  };
}

function readVaried(path: string, epsilon: number, test: Pictures): Varied {
  const file = readSafetensors(path);
  refuseOthers(file, path, test);
  return {
    epsilon,
    loss: finite(file, 'loss', path),
    correct: tensorOf(file, 'correct', 'U8', path).data,
    change: finite(file, `V-${epsilon}`, path),
  };
}

/** Attacks are on the first pictures of the test set, so that they share its resamples. */
function refuseOthers(file: Safetensors, path: string, { index }: Pictures): void {
  const attacked = tensorOf(file, 'index', 'I32', path).data;
  if (attacked.length > index.length || attacked.some((picture, i) => picture !== index[i]))
    throw new Error(`${path} is not of the first pictures of the test set that was evaluated`);
}

function finite(file: Safetensors, name: string, path: string): Float32Array {
  const { data } = tensorOf(file, name, 'F32', path);
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new Error(`${name} of example ${wrong} is ${data[wrong]!} in ${path}: look at that net's training`);
  return data;
}

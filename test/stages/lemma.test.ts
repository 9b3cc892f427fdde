import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePictures } from '../../stages/data/stored-set.ts';
import lemma from '../../stages/lemma.ts';
import { readCsv } from '../../stages/lib/csv.ts';
import { architectureSchema } from '../../stages/nets/architecture.ts';
import { buildNet } from '../../stages/nets/build.ts';
import { initialise } from '../../stages/nets/initialise.ts';
import { writeWeights } from '../../stages/nets/weights-file.ts';
import { segmentRow } from '../../stages/theory/lemma-table.ts';
import type { LemmaSummary } from '../../stages/theory/lemma-summary.ts';
import { boundRow } from '../../stages/theory/bound-table.ts';
import theory from '../../stages/theory.ts';
import train from '../../stages/train.ts';
import { tf } from './backend.ts';
import { runStage, type StageRun } from './context.ts';
import { stripeFacts, stripes } from './stripes.ts';

let folder: string;
let needs: { weights: string; train: string; test: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lemma-'));
  const pictures = { train: join(folder, 'train.safetensors'), test: join(folder, 'test.safetensors') };
  writePictures(pictures.train, stripes(26), stripeFacts);
  writePictures(pictures.test, stripes(13), stripeFacts);
  const params = {
    net: { kind: 'plain', hidden: [12, 9] },
    attack: { kind: 'pgd', epsilon: 4, steps: 2 },
    epochs: 30,
    batch: 8,
    learningRate: 0.05,
    schedule: { kind: 'cosine' },
    augment: null,
  };
  const learnt = await runStage(train, folder, { params, needs: { train: pictures.train } });
  needs = { weights: learnt.out('weights.safetensors'), ...pictures };
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function residualWeights(): string {
  const architecture = architectureSchema.parse({
    net: { kind: 'fixup-resnet', depth: 8, width: 4 },
    height: 8,
    width: 8,
    channels: 1,
    classes: 2,
    normalise: null,
  });
  const path = join(folder, 'residual.safetensors');
  writeWeights(path, architecture, initialise(buildNet(architecture), 1));
  return path;
}
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('lemma', () => {
  const studied = async (run: StageRun = {}) => {
    const ran = await runStage(lemma, folder, { needs, params: { pairs: 6, boundary: 9 }, ...run });
    return {
      ...ran,
      rows: readCsv(ran.out('lemma.csv'), segmentRow),
      summary: jsonOf(ran.out('lemma.json')) as LemmaSummary,
    };
  };

  it('checks the identity on a trained net, and counts what need not hold', async () => {
    const { rows, summary, progress } = await studied();
    expect(rows.map(({ kind }) => kind)).toEqual([
      ...new Array<string>(6).fill('pair'),
      ...new Array<string>(9).fill('boundary'),
    ]);
    expect(summary.identity.holds).toBe(true);
    expect(summary.identity.largestError).toBeLessThan(1e-12);
    expect(summary.upperBoundsHold).toBe(true);
    expect(summary.assumption31.segments).toBe(9);
    expect(summary.lowerBound.shareFirstLayer).toBe(1);
    expect(summary.pieces).toBe(rows.reduce((sum, { pieces }) => sum + pieces, 0));
    for (const {
      pieces,
      lowerBoundHolds,
      lowerBoundHoldsEverywhere,
      change,
      sumOfNorms,
      upperBound,
    } of rows) {
      expect(lowerBoundHoldsEverywhere).toBeLessThanOrEqual(lowerBoundHolds);
      expect(lowerBoundHolds).toBeLessThanOrEqual(pieces);
      expect(change).toBeLessThanOrEqual(sumOfNorms + 1e-12);
      expect(sumOfNorms).toBeLessThanOrEqual(upperBound);
    }
    expect(progress.at(-1)).toEqual([15, 15]);
  });

  it.each([
    [
      'a net with skip connections',
      {},
      () => ({ ...needs, weights: residualWeights() }),
      /is of kind 'fixup-resnet'/,
    ],
    ['more pictures than there are', { pairs: 7 }, () => needs, /14 pictures are asked for, but it has 13/],
  ])('refuses %s', async (_, params, given, message) => {
    await expect(studied({ params: { pairs: 0, boundary: 0, ...params }, needs: given() })).rejects.toThrow(
      message,
    );
  });

  it('stops when the run is stopped', async () => {
    await expect(studied({ signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});

describe('theory', () => {
  const params = {
    epsilon: 4,
    gamma: 10,
    coverings: [{ K: 1 }, { k: 2, cX: 1 }, { k: 64, cX: 8 }],
    batch: 10,
  };
  const computed = async (run: StageRun = {}) => {
    const ran = await runStage(theory, folder, { needs, params, ...run });
    return {
      ...ran,
      rows: readCsv(ran.out('theory.csv'), boundRow),
      summary: jsonOf(ran.out('theory.json')) as Record<string, never> & {
        logUMin: number;
        vMin: { overEstimate: number; found: number; searched: number };
        rampRisk: Record<'train' | 'test' | 'gap', number>;
        logSpectralComplexity: number;
        logSpectralComplexityOfPixels: number;
        cautions: string[];
      },
    };
  };

  it('gives the bound for every assumption on the data, and the gap it bounds', async () => {
    const { rows, summary, log } = await computed();
    expect(rows.map(({ k, cX }) => [k, cX])).toEqual([
      ['', ''],
      ['2', '1'],
      ['64', '8'],
    ]);
    for (const { marginTerm, logComplexityTerm, logBound, verdict } of rows) {
      expect(marginTerm).toBeCloseTo(1 - Math.exp(summary.logUMin) / 10, 9);
      expect(logBound).toBeGreaterThanOrEqual(logComplexityTerm);
      expect(verdict).toBe(logBound >= 0 ? 'vacuous' : 'informative');
    }
    expect(rows[2]!.verdict).toBe('vacuous');
    expect(log.join('\n')).toContain('the bound is vacuous');
    expect(summary.rampRisk.gap).toBeCloseTo(Math.abs(summary.rampRisk.test - summary.rampRisk.train), 12);
    expect(summary.vMin).toMatchObject({ found: 26, searched: 26 });
    // One channel of STD 0.5: the normalisation doubles the first layer.
    expect(summary.logSpectralComplexityOfPixels).toBeCloseTo(summary.logSpectralComplexity + Math.LN2, 9);
    expect(summary.cautions.join()).not.toContain('skip connections');
  });

  it('says that skip connections break the product, and does with weights of rank 0', async () => {
    const { summary } = await computed({ needs: { ...needs, weights: residualWeights() } });
    expect(summary.cautions.join()).toContain('skip connections');
    // Fixup starts with zeros: no margin, no boundary, no product.
    expect(summary).not.toHaveProperty('logUMin');
    expect(summary).not.toHaveProperty('logSpectralComplexity');
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await computed();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['no assumption', { ...params, coverings: [] }, 'coverings'],
    ['a covering half given', { ...params, coverings: [{ k: 2 }] }, 'coverings'],
    ['a certainty of 1', { ...params, eta: 0 }, 'eta'],
  ])('refuses %s', async (_, given, message) => {
    await expect(computed({ params: given })).rejects.toThrow(message);
  });
});

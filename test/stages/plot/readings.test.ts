import { describe, expect, it } from 'vitest';
import {
  attackText,
  readAttacks,
  underAttack,
  underFixedAttack,
} from '../../../stages/plot/attack-points.ts';
import { captionLines } from '../../../stages/plot/caption-lines.ts';
import { histogramsOf } from '../../../stages/plot/histogram-points.ts';
import { singleNetSlots, slotsOf } from '../../../stages/plot/slots.ts';
import { capacityText } from '../../../stages/plot/spectral-control.ts';
import { commonCount, strengthPoints } from '../../../stages/plot/strength-points.ts';
import { refuseStrangers, runsOf } from '../../../stages/plot/study-runs.ts';
import { readVariation, variationPoints } from '../../../stages/plot/variation-points.ts';
import type { AttackRow } from '../../../stages/results/attack-table.ts';
import { cellOf } from '../cells.ts';
import {
  attacksText,
  cellsOf,
  cifars,
  fashion,
  filesOf,
  published,
  quick,
  tiny,
  variationText,
} from '../figure-data.ts';
import { temporaryFolder } from '../figure-rig.ts';
import { fonts } from './rig.ts';

const item = (over: object, path = 'x.json') => ({ path, cell: { ...cellOf({}), ...over } });
const pathOf = (path: string) => path;

describe('runs of a study', () => {
  it('are those of its data set and net, in the order of strength and seed', () => {
    const items = [
      item({ epsilon: 16, seed: 1 }),
      item({ epsilon: 16 }),
      item({ net: 'resnet-20' }),
      item({}),
    ];
    const runs = runsOf(fashion, items, pathOf);
    expect(runs.map(({ epsilon, seed }) => [epsilon, seed])).toEqual([
      [4, 0],
      [16, 0],
      [16, 1],
    ]);
  });

  it('are refused where one stands twice, as runs of two attacks would', () => {
    const items = [item({}, 'a.json'), item({ attack: 'fgsm' }, 'b.json')];
    expect(() => runsOf(fashion, items, pathOf)).toThrow(/a\.json and b\.json .* one training attack/);
    expect(runsOf(fashion, [item({}), item({ sp: 1 })], pathOf)).toHaveLength(2);
  });

  it('are refused where no study is theirs', () => {
    expect(() => {
      refuseStrangers([fashion], [item({ net: 'resnet-9' }, 'c.json')]);
    }).toThrow('c.json is of fashion-mnist with resnet-9');
  });

  it('give a mean over seeds for each strength and level', () => {
    const runs = [item({}, '1'), item({ seed: 1 }, '3'), item({ sp: 1 }, '7')];
    const points = strengthPoints('a', runsOf(fashion, runs, Number), { value: (n) => n });
    expect(points.map(({ sp, mean, least, greatest, seeds }) => [sp, mean, least, greatest, seeds])).toEqual([
      ['none', 2, 1, 3, 2],
      [1, 7, 7, 7, 1],
    ]);
  });
});

describe('data sets in a figure', () => {
  it('stand in order, absent ones last, nets on one data set together', () => {
    const { c10, c100, deep10 } = cifars;
    const slots = slotsOf({ ...published(c10, c100, deep10), absent: ['Tiny-ImageNet'] });
    expect(slots.map(({ title, studies }) => [title, studies.length])).toEqual([
      ['CIFAR-10', 2],
      ['CIFAR-100', 1],
      ['Tiny-ImageNet', 0],
    ]);
    expect(() => singleNetSlots(published(c10, deep10))).toThrow('2 nets on CIFAR-10');
  });
});

describe('histograms', () => {
  it('belong to the studies in order, and say where they do not', () => {
    expect(() => histogramsOf([fashion, tiny], [item({})])).toThrow(
      '1 tables of histograms were given for 2 studies',
    );
    expect(() => histogramsOf([tiny], [item({})])).toThrow('study 1 of the caption is tiny-imagenet');
  });
});

describe('attacked runs', () => {
  const runs = () =>
    runsOf(fashion, filesOf(temporaryFolder(), 'attacks.csv', cellsOf(fashion), attacksText), readAttacks);

  it('are read by the name of the attack', () => {
    const matched = underAttack(runs(), 'matched');
    expect(matched.map(({ epsilon, value }) => value.epsilon - epsilon)).toEqual(Array(9).fill(0));
    expect(attackText(underFixedAttack(runs()))).toBe('PGD-10, step 2/255, ε 8/255');
  });

  it('are refused without the fixed attack, or with different ones', () => {
    const [run] = runs();
    const unnamed = { ...run!, value: run!.value.filter(({ name }) => name !== 'fixed') };
    expect(() => underFixedAttack([unnamed])).toThrow("no attack named 'fixed', only matched");
    expect(() => attackText(underAttack(runs(), 'matched'))).toThrow('attacked differently');
  });

  it('tell restarts and single steps', () => {
    const [run] = underFixedAttack(runs());
    const as = (over: Partial<AttackRow>) => attackText([{ ...run!, value: { ...run!.value, ...over } }]);
    expect(as({ restarts: 5 })).toBe('PGD-10, step 2/255, worst of 5 starts, ε 8/255');
    expect(as({ kind: 'fgsm' })).toBe('FGSM, ε 8/255');
  });
});

describe('loss variation', () => {
  it('is read of all examples: mean and STD at each attack strength', () => {
    const files = filesOf(temporaryFolder(), 'loss-variation.csv', cellsOf(fashion), variationText);
    const points = variationPoints('a', runsOf(fashion, files, readVariation));
    expect(points).toHaveLength(3 * 3 * 2);
    expect(new Set(points.map(({ seeds }) => seeds))).toEqual(new Set([3]));
    const [mean, std] = points;
    expect(std!.mean).toBeCloseTo(0.8 * mean!.mean);
  });
});

describe('spectral control', () => {
  const runs = (...clips: number[]) =>
    clips.map((layersClipped) => ({ ...cellOf({}), value: { logSpectralComplexity: 12.34, layersClipped } }));

  it('is said with the complexity reached, and where it did nothing', () => {
    expect(capacityText('none', runs(0))).toEqual({ subtitle: 'ln SC 12.3' });
    expect(capacityText(5, runs(0, 0)).subtitle).toContain('never clipped: the same as uncontrolled');
    expect(capacityText(3, runs(4, 0)).subtitle).toContain('clipped in 1 of 2 runs');
    expect(capacityText(1, runs(4, 2)).subtitle).toContain('clipped in every run');
    expect(capacityText(1, [])).toEqual({});
  });
});

describe('captions', () => {
  const pictures = new Map([[fashion, '2,000 test pictures']]);

  it('name the scale, and break lines between parts', () => {
    const parts = { pictures, notes: ['3 seeds'] };
    const wide = captionLines(quick(), parts, fonts, 2000);
    expect(wide).toHaveLength(2);
    expect(wide[1]).toContain('240 training and 2,000 test pictures');
    const narrow = captionLines(quick(), parts, fonts, 300);
    expect(narrow.length).toBeGreaterThan(3);
    expect(narrow.join(' · ')).toBe(wide.join(' · '));
  });

  it('say a number that runs share once', () => {
    expect(commonCount([2000, 2000])).toBe('2,000');
    expect(commonCount([500, 2000])).toBe('500 to 2,000');
  });
});

import { describe, expect, it } from 'vitest';
import type { Run } from '../../../stages/results/run.ts';
import { checksOf } from '../../../stages/trends/checks.ts';
import { fitnessOf } from '../../../stages/trends/fitness.ts';
import type { RunResults } from '../../../stages/trends/run-results.ts';
import { partsOf } from '../../../stages/trends/rows.ts';
import { madeUpStudy, rolesWithout, verdictsOf, type World } from './made-up.ts';

const judged = (world: Partial<World> = {}, roles = rolesWithout()) => verdictsOf(madeUpStudy(world, roles));
const mirrored = ({ epsilon }: Run): number => 64 / epsilon;

describe('in a world as the paper says', () => {
  const verdicts = judged();
  it.each(verdicts.all.map(({ claim, finding }) => [claim.id, finding] as const))(
    'claim %s holds',
    (_, finding) => {
      expect(finding).toEqual({ verdict: 'holds', reason: 'every part holds' });
    },
  );

  it('has all seventeen claims, in order', () => {
    const roman = 'i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii'.split(' ');
    expect(verdicts.all.map(({ claim }) => claim.id)).toEqual(roman);
  });

  it('counts its checks once each', () => {
    const { decided, byChance } = checksOf(verdicts.all);
    expect(byChance).toBeCloseTo(decided / 20, 12);
    const names = verdicts.all.flatMap(({ subjects }) => subjects.map(({ role }) => role));
    expect(decided).toBeGreaterThan(names.length);
  });
});

describe('where the effects are the opposite ones', () => {
  const verdicts = judged({ effect: mirrored });
  it.each(['i', 'ii', 'iv', 'vi', 'vii', 'viii', 'xii', 'xiii', 'xiv', 'xvi'])(
    'claim %s does not hold',
    (id) => {
      expect(verdicts.of(id, 'main')).toMatch(/^does not hold/);
    },
  );
  it('repeats with FGSM and on deeper nets do not hold, and name the claims that fail', () => {
    expect(verdicts.of('x', 'fgsm')).toMatch(/^does not hold: i, iv, vi/);
    expect(verdicts.of('xv', 'deeper')).toMatch(/^does not hold/);
  });
  it('the error gap has the other sign on each data set', () => {
    for (const role of ['main', 'wide'] as const)
      expect(verdicts.of('v', role)).toBe('does not hold: the opposite direction');
  });
});

describe('where strength has no effect', () => {
  const verdicts = judged({ effect: () => 8 });
  it.each(['i', 'ii', 'iv', 'vii', 'viii', 'xii', 'xiii'])('claim %s does not hold', (id) => {
    expect(verdicts.of(id, 'main')).toMatch(/^does not hold: .*no effect of interest/);
  });
  it('what is said of levels, not of changes, may hold', () => {
    expect(verdicts.of('xvii', 'main')).toBe('holds');
  });
});

describe('nothing is measurable', () => {
  it('with two seeds, though the direction is shown', () => {
    const { of, all } = judged({ seeds: [0, 1] });
    expect(of('i', 'main')).toBe('not measurable: 2 seeds, 3 are needed for an interval');
    const { judged: part } = all[0]!.subjects[0]!;
    expect(part.kind === 'part' && part.estimate).toMatchObject({ halfWidth: null });
    expect(part.kind === 'part' && part.estimate!.perSeed.map(({ d }) => d > 0)).toEqual([true, true]);
  });

  it('of absent data sets and nets, by name', () => {
    const { of, all } = judged(
      {},
      rolesWithout(['other', 'wide', 'deeper', 'deeperOther', 'fgsm', 'fgsmOther']),
    );
    expect(of('i', 'main')).toBe('holds');
    expect(of('i', 'wide')).toBe('not measurable: not part of the profile “quick”');
    expect(of('vi', 'main')).toMatch(
      /^not measurable: train margins are skewed.*CIFAR-100, ResNet-56: not part of the profile/,
    );
    expect(of('xv', 'deeper')).toMatch(/not part of the profile/);
    expect(all[0]!.finding).toMatchObject({
      verdict: 'not measurable',
      reason: 'CIFAR-100, ResNet-56, Tiny-ImageNet, WRN-50-2: not part of the profile “quick”',
    });
  });

  it('of claims about one data set on what stands in for it', () => {
    const { of } = judged({}, rolesWithout([], false));
    expect(of('iii', 'main')).toBe('not measurable: the claim is about CIFAR-10 itself');
    expect(of('v', 'wide')).toBe('not measurable: the claim is about Tiny-ImageNet itself');
    expect(of('i', 'main')).toBe('holds');
  });

  it('where adversarial training made nothing robust', () => {
    const { of } = judged({ robustness: mirrored });
    expect(of('xi', 'main')).toBe('does not hold: the opposite direction');
    expect(of('iv', 'main')).toMatch(/^not measurable: claim xi, robust accuracy rises, does not hold here/);
  });

  it('of a net that guesses', () => {
    const change = (results: RunResults): RunResults => {
      const { net, epsilon, seed } = results.run;
      if (net !== 'deep' || epsilon !== 16 || seed !== 1) return results;
      return { ...results, train: { ...results.train, loss: results.train.loss.map(() => Math.log(2)) } };
    };
    const { of } = judged({ change });
    expect(of('xv', 'deeper')).toMatch(
      /^not measurable: .*AR 16, seed 1 is not trained: its train loss 0.693/,
    );
    expect(of('ii', 'main')).toBe('holds');
  });

  it('of a gap that is not there', () => {
    const { of } = judged({ change: (results) => ({ ...results, train: results.test }) });
    expect(of('i', 'main')).toMatch(/^not measurable: .*loss gap at AR 4 is not above 0: 0/);
  });

  it('of a gap that may be chance', () => {
    const change = (results: RunResults): RunResults => {
      const loss = results.test.loss.map((value) => value - 1e-4);
      return { ...results, train: { ...results.test, loss } };
    };
    expect(judged({ change }).of('i', 'main')).toMatch(/loss gap at AR 4 is not above 0: 0.000100 ± 0.\d+$/);
  });

  it('with FGSM where masking is flagged, naming the run', () => {
    const change = (results: RunResults): RunResults =>
      results.run.attack === 'fgsm' && results.run.epsilon === 16 && results.run.seed === 2
        ? { ...results, masking: [{ check: 'FGSM beats PGD', value: 0.3, limit: 0.1, flagged: 'true' }] }
        : results;
    const { of } = judged({ change });
    expect(of('x', 'fgsm')).toMatch(/^not measurable: .*flagged: FGSM beats PGD at AR 16, seed 2/);
    expect(of('i', 'main')).toBe('holds');
  });

  const trained = (log: number | undefined, layersClipped: number) => ({
    layersClipped,
    ...(log === undefined ? {} : { logSpectralComplexity: log }),
  });
  it('of spectral control that never clipped, or did not order spectral complexity', () => {
    const training = (logs: (sp: Run['sp']) => number | undefined, clips: (sp: Run['sp']) => number) =>
      judged({
        change: (results) => ({
          ...results,
          training: trained(logs(results.run.sp), clips(results.run.sp)),
        }),
      }).of('ix', 'main');
    const ordered = (sp: Run['sp']) => (sp === 'none' ? 30 : sp);
    expect(training(ordered, (sp) => (sp === 5 ? 0 : 1))).toMatch(/SP 5 never clipped a layer/);
    expect(
      training(
        (sp) => (sp === 3 ? 0 : ordered(sp)),
        () => 1,
      ),
    ).toMatch(/its log is 1.00 at SP 1, 0.00 at SP 3/);
    expect(training(ordered, () => 1)).toBe('holds');
    expect(
      training(
        () => undefined,
        () => 1,
      ),
    ).toMatch(/complexity of a run is not known: a layer of it is all zeros/);
    expect(judged({}, rolesWithout(['sp 1', 'sp 3', 'sp 5'])).of('ix', 'main')).toMatch(
      /no levels of spectral control/,
    );
  });

  it.each<[keyof RunResults, string, string]>([
    ['variation', 'viii', 'no loss variations given'],
    ['spectra', 'vii', 'no singular values given'],
    ['attacked', 'iv', 'no attacks on the finished nets given'],
    ['training', 'ix', 'no summaries of training given'],
  ])('without %s', (need, id, reason) => {
    const { of } = judged({ change: (results) => ({ ...results, [need]: null }) });
    expect(of(id, 'main')).toMatch(/^not measurable/);
    expect(of(id, 'main')).toContain(reason);
  });

  it('of wrong pictures where there are none', () => {
    const change = (results: RunResults): RunResults =>
      results.run.seed === 1
        ? { ...results, test: { ...results.test, correct: results.test.correct.map(() => 1) } }
        : results;
    expect(judged({ change }).of('xiii', 'main')).toMatch(/undefined for seed 1: no pictures/);
  });
});

it('a step that is significantly reversed refutes a rise from end to end', () => {
  const change = (results: RunResults): RunResults => {
    const more = { 4: 0, 8: 0.5, 16: 0.3 }[results.run.epsilon]!;
    return { ...results, train: { ...results.train, loss: results.train.loss.map((loss) => loss + more) } };
  };
  expect(judged({ effect: () => 4, change }).of('ii', 'main')).toBe(
    'does not hold: reversed between AR 8 and 16',
  );
});

it('steps between neighbours add up to the whole, also where a yardstick is taken from the weakest net', () => {
  const { judged: found } = judged().all.find(({ claim }) => claim.id === 'xiii')!.subjects[0]!;
  const part = partsOf(found).find(({ path }) => path === 'share of barely wrong pictures rises')!.part;
  const sum = part.steps.reduce((total, { estimate }) => total + estimate.mean, 0);
  expect(sum).toBeCloseTo(part.estimate!.mean, 12);
});

it('nets without adversarial training, which are not in the paper, are left out', () => {
  const effect = ({ epsilon }: Run): number => Math.max(epsilon, 4);
  const study = madeUpStudy({ strengths: [0, 4, 8, 16], effect, robustness: effect });
  expect(study.subjects.get('main')!.group.strengths).toEqual([4, 8, 16]);
});

it('claim ix fails where control does not turn the error gap', () => {
  const change = (results: RunResults): RunResults =>
    results.run.sp === 1
      ? { ...results, train: { ...results.train, correct: results.train.correct.map(() => 1) } }
      : results;
  expect(judged({ change }).of('ix', 'main')).toMatch(/^does not hold: error gap falls at SP 1/);
});

it('runs of different pictures are refused', () => {
  const change = (results: RunResults): RunResults =>
    results.run.seed === 2
      ? { ...results, test: { ...results.test, index: results.test.index.map((i) => i + 1) } }
      : results;
  expect(() => madeUpStudy({ change })).toThrow(/evaluated on different test pictures/);
});

it('masked gradients are told of nets trained with PGD too, whose claims are judged all the same', () => {
  const change = (results: RunResults): RunResults =>
    results.run.attack === 'pgd' && results.run.epsilon === 16 && results.run.seed === 2
      ? { ...results, masking: [{ check: 'FGSM beats PGD', value: 0.3, limit: 0.1, flagged: 'true' }] }
      : results;
  expect(fitnessOf(madeUpStudy({ change }).subjects.get('main')!.group).at(-1)).toEqual({
    criterion: 'no sign of masked gradients',
    value: '1 of 9 runs flagged',
    met: false,
  });
  expect(judged({ change }).of('i', 'main')).toBe('holds');
  const without = madeUpStudy({ change: (results) => ({ ...results, masking: null }) });
  expect(fitnessOf(without.subjects.get('main')!.group).at(-1)).toMatchObject({
    value: 'not given',
    met: null,
  });
});

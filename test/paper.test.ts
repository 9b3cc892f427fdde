/** The declaration of the study itself: which runs there are, and who uses them. */
import { describe, expect, it } from 'vitest';
import pipeline from '../pipeline.ts';
import { buildGraph, closure } from '../src/pipeline/graph.ts';
import type { Step } from '../src/pipeline/step.ts';
import type { Caption } from '../stages/results/caption.ts';

type Name = keyof NonNullable<typeof pipeline.profiles>;

function graphOf(profileName: Name) {
  const profile = pipeline.profiles![profileName]!;
  return buildGraph(pipeline.targets({ profile, profileName }));
}
const runsIn = (steps: readonly Step[]) => steps.filter(({ name }) => name.startsWith('train/'));
const runsOf = (graph: ReturnType<typeof graphOf>, target: string) =>
  runsIn(closure(graph.targets.get(target)!)).map(({ name }) => name);

describe('the profile paper', () => {
  const graph = graphOf('paper');

  it('has the 30 training runs of the paper, and one of a plain net for Lemma 3.1', () => {
    const runs = runsIn(graph.steps).map(({ name }) => name.split('/').slice(1, -1).join('/'));
    const kinds = runs.map((name) => name.replace(/(pgd|fgsm)-\d+$/, '$1'));
    const counts = Object.fromEntries(
      [...new Set(kinds)].map((kind) => [kind, kinds.filter((each) => each === kind).length]),
    );
    expect(counts).toEqual({
      'cifar-10/resnet-56/pgd': 3,
      'cifar-100/resnet-56/pgd': 3,
      'tiny-imagenet/wrn-50-2/pgd': 3,
      'cifar-10/resnet-56/sp-1/pgd': 3,
      'cifar-10/resnet-56/sp-3/pgd': 3,
      'cifar-10/resnet-56/sp-5/pgd': 3,
      'cifar-10/resnet-110/pgd': 3,
      'cifar-100/resnet-110/pgd': 3,
      'cifar-10/resnet-56/fgsm': 3,
      'cifar-100/resnet-56/fgsm': 3,
      'cifar-10/plain-3/pgd': 1,
    });
  });

  it.each(['fig1', 'fig3', 'fig4', 'fig5', 'fig6', 'fig8', 'fig12', 'table1', 'table3', 'trends'])(
    'feeds %s from the same three runs on CIFAR-10',
    (target) => {
      const wanted = [4, 8, 16].map((epsilon) => `train/cifar-10/resnet-56/pgd-${epsilon}/seed-0`);
      expect(runsOf(graph, target)).toEqual(expect.arrayContaining(wanted));
    },
  );

  it('trains what is published: epochs, batch, attack, clipped norms', () => {
    const params = (name: string) => graph.steps.find((step) => step.name === name)!.params;
    expect(params('train/cifar-10/resnet-56/sp-3/pgd-16/seed-0')).toMatchObject({
      net: { kind: 'fixup-resnet', depth: 56, width: 16, scalars: 'none', shortcut: 'A' },
      attack: { kind: 'pgd', epsilon: 16, steps: 10, stepSize: 2, randomStart: true },
      epochs: 200,
      batch: 128,
      learningRate: 0.1,
      schedule: { kind: 'steps', at: [100, 150], factor: 0.1 },
      augment: { kind: 'pad', pad: 4, flip: true },
      spectralControl: { level: 3, mode: 'clip' },
    });
    expect(params('train/tiny-imagenet/wrn-50-2/pgd-4/seed-0')).toMatchObject({
      net: { units: [3, 4, 6, 3], base: 64, widen: 2 },
      augment: { kind: 'resized-crop', flip: true },
    });
  });

  it('says what every training run costs', () => {
    const step = graph.steps.find(({ name }) => name === 'train/cifar-10/resnet-56/pgd-8/seed-0')!;
    // 200 epochs of 50,000 pictures, 23 passes each: docs/paper.md's net of 125,485,696 multiply-adds and its last layer.
    expect(step.options.work! / (200 * 50_000 * 23)).toBe(125_485_696);
    expect(runsIn(graph.steps).every(({ options }) => (options.work ?? 0) > 0)).toBe(true);
  });
});

describe('every profile', () => {
  it.each(['quick', 'laptop', 'paper'] as const)('%s gives all figures, tables and verdicts', (name) => {
    const { targets } = graphOf(name);
    const figures = Array.from({ length: 12 }, (_, i) => `fig${i + 1}`);
    const tables = Array.from({ length: 5 }, (_, i) => `table${i + 1}`);
    expect([...targets.keys()]).toEqual(expect.arrayContaining([...figures, ...tables, 'trends', 'all']));
  });

  it.each(['quick', 'laptop', 'paper'] as const)(
    '%s pairs runs: one random stream a seed, the same at every strength and for every net',
    (name) => {
      for (const step of runsIn(graphOf(name).steps)) {
        expect(step.options.seed).toBe(`seed-${String(step.cell['seed'] ?? 0)}`);
      }
    },
  );

  it('says on a figure how many pictures it takes, also where a profile of one’s own takes others', () => {
    const quick = pipeline.profiles!.quick!;
    const fewer = { train: { perClass: 10 }, test: { first: 300 } };
    const profile = { ...quick, main: { ...quick.main, pictures: fewer } };
    const { steps } = buildGraph(pipeline.targets({ profile, profileName: 'quick' }));
    const captions = steps.flatMap(({ params }) => (params as { caption?: Caption }).caption ?? []);
    expect(captions.length).toBeGreaterThan(10);
    for (const { studies } of captions)
      for (const { trainingPictures } of studies) expect(trainingPictures).toBe(100);
  });

  it('measures what its claims are judged by, also at another fixed attack and other strengths of figure 8', () => {
    const quick = pipeline.profiles!.quick!;
    const evaluation = { ...quick.evaluation, fixed: { epsilon: 6, steps: 20, stepSize: 1 }, curve: [4, 16] };
    const { steps } = buildGraph(
      pipeline.targets({ profile: { ...quick, evaluation }, profileName: 'quick' }),
    );
    const params = (name: string) => steps.find((step) => step.name.startsWith(name))!.params;
    expect(params('trends')).toMatchObject({ variationEpsilon: 6 });
    expect(params('loss-variation/')).toMatchObject({ epsilons: [4, 6, 16], steps: 20 });
    expect(params('attack-eval/')).toMatchObject({ masking: { epsilon: 6, steps: 20, stepSize: 1 } });
  });

  it('imports the pictures of a data set once for all its nets', () => {
    for (const step of runsIn(graphOf('laptop').steps))
      expect(step.upstream.map(({ name }) => name)).toEqual([`data/${String(step.cell['data'])}`]);
  });
});

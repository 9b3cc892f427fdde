/** Claims vii and xiv: the STD of singular values falls in most layers, and by more than it rises in the others. */
import type { LayerRow, SpectrumForm } from '../../spectrum/layers-table.ts';
import { stdGroups, type StdGroups } from '../../spectrum/std-groups.ts';
import { scalar, type Measure } from '../measures.ts';
import {
  allOn,
  contrast,
  falls,
  type Claim,
  type Pair,
  type Part,
  type Proposition,
} from '../proposition.ts';
import type { Role } from '../roles.ts';
import { given, type RunResults } from '../run-results.ts';

const needs = ['spectra'] as const;

/** @throws where the net's table has no such form */
function layersOf({ spectra, run }: RunResults, form: SpectrumForm): LayerRow[] {
  const layers = given(spectra).filter((row) => row.form === form);
  if (layers.length === 0)
    throw new Error(
      `the spectra of ${run.data}, ${run.net} have no '${form}' values; svd-per-layer can write them`,
    );
  return layers;
}

const overLayers = (form: SpectrumForm, of: (layer: LayerRow) => number): Measure =>
  scalar((run) => layersOf(run, form).reduce((sum, layer) => sum + of(layer), 0));
const sumOfStds = overLayers('operator', ({ std }) => std);
const sumOfRelativeStds = overLayers('operator', ({ std, mean }) => std / mean);
const sumOfNorms = overLayers('operator', ({ frobenius }) => frobenius);

function groupsOf({ weaker, stronger }: Pair, form: SpectrumForm): StdGroups {
  const stds = (run: RunResults) => layersOf(run, form).map(({ std }) => std);
  return stdGroups(stds(weaker), stds(stronger));
}

const ofSums = (of: Measure) => ({ share: 0.01, of, why: 'a hundredth of the sum at the weakest strength' });

const most = contrast(
  'share of layers in which it falls, above one half',
  (pair, sampler) => {
    const layers = layersOf(pair.weaker, 'operator').length;
    return sampler.constant(groupsOf(pair, 'operator').fell.layers / layers - 0.5);
  },
  { needs, delta: { value: 0.05, why: 'a twentieth of the layers: three of the 55 in ResNet-56' } },
);
const parts = [most, falls('sum over layers falls', sumOfStds, { needs, delta: ofSums(sumOfStds) })];
export const stdsFall = (role: Role): Proposition => allOn(role, parts);

export const singularValues: Claim = {
  id: 'vii',
  words: 'the STD of singular values is smaller for most layers',
  on: { main: stdsFall('main'), other: stdsFall('other') },
  controls: [
    falls('sum over layers of STD / mean', sumOfRelativeStds, { needs, delta: ofSums(sumOfRelativeStds) }),
    falls('sum over layers of Frobenius norms', sumOfNorms, { needs, delta: ofSums(sumOfNorms) }),
  ],
};

/** (fall - rise) / (fall + rise) is above 0 where their ratio is above 1, and stays finite where nothing rose. */
const outweighs = (form: SpectrumForm): Part =>
  contrast(
    `falls outweigh rises, ${form} values`,
    (pair, sampler) => {
      const { fell, rose } = groupsOf(pair, form);
      const total = fell.sum + rose.sum;
      return sampler.constant(total === 0 ? 0 : (fell.sum - rose.sum) / total);
    },
    {
      needs,
      inWords: (d) => `ratio of the sums ${d < 1 ? ((1 + d) / (1 - d)).toFixed(1) : 'infinite'}`,
      delta: {
        value: 0.1,
        why: 'falls and rises as 11 to 9: the paper speaks of a magnitude, 10 to 1, which is 0.82',
      },
    },
  );

export const accumulatedStds: Claim = {
  id: 'xiv',
  words: 'the accumulated decrease of the STD is a magnitude larger than the increase (B.2)',
  on: {
    main: allOn('main', [outweighs('operator'), outweighs('reshaped')]),
    other: allOn('other', [outweighs('operator'), outweighs('reshaped')]),
  },
  controls: [],
};

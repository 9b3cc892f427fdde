/** Runs that differ in strength and seed alone, with what is said and drawn of them together. */
import { step } from 'ar-pipe';
import marginHistogram from '../margin-histogram.ts';
import type { Caption } from '../results/caption.ts';
import type { RunKind } from '../results/run.ts';
import type { DataSet } from './data-sets.ts';
import { countsOf, picturesOf, type Pictures } from './pictures.ts';
import type { Profile, Study } from './profile.ts';
import { trainingRuns, type TrainingRun, type Variant } from './runs.ts';

export interface Group {
  readonly study: Study;
  readonly kind: RunKind;
  readonly runs: readonly TrainingRun[];
  readonly pictures: Pictures;
  /** Of margins, probabilities and losses, over bins common to the group. */
  readonly histograms: ReturnType<typeof histogramsOf>;
}

/** Makes groups, none for a study the profile leaves out. A data set's pictures are made once for all its nets. */
export function grouping(profile: Profile) {
  const known = new Map<string, Pictures>();
  const picturesFor = (study: Study): Pictures => {
    const made = known.get(study.data.name) ?? picturesOf(study);
    known.set(study.data.name, made);
    return made;
  };
  const train = (study: Study | null, variant: Variant): Group[] => {
    if (study === null) return [];
    const pictures = picturesFor(study);
    const runs = trainingRuns(study, pictures, profile, variant);
    const kind = { data: study.data.name, net: study.name, attack: variant.attack, sp: variant.sp };
    return [{ study, kind, runs, pictures, histograms: histogramsOf(kind, runs) }];
  };
  return { train };
}

function histogramsOf({ data, net, attack, sp }: RunKind, runs: readonly TrainingRun[]) {
  const evaluations = runs.map(({ evaluation }) => evaluation);
  const name = [data, net, ...(sp === 'none' ? [] : [`sp-${sp}`]), attack].join('/');
  return step(`margin-histogram/${name}`, marginHistogram, {
    needs: { train: evaluations, test: evaluations },
  });
}

/** One step of every run. */
export function each<K extends keyof TrainingRun>(groups: readonly Group[], what: K): TrainingRun[K][] {
  return groups.flatMap(({ runs }) => runs.map((run) => run[what]));
}

/** What a figure or table of these groups says of its making. `absent` names data sets that the profile has not. */
export function captionOf(profile: string, groups: readonly Group[], absent: readonly string[]): Caption {
  const idOf = ({ study }: Group): string => `${study.data.name}/${study.name}`;
  const studies = [...new Set(groups.map(idOf))].map((id) => {
    const same = groups.filter((group) => idOf(group) === id);
    const { study } = same[0]!;
    return {
      data: study.data.name,
      net: study.name,
      dataTitle: study.data.title,
      netTitle: study.title,
      attackTitle: [...new Set(same.map(attackTitleOf))].join('; or '),
      trainingPictures: countsOf(study).train,
    };
  });
  return { profile, studies, absent: [...absent] };
}

const attackTitleOf = ({ study, kind }: Group): string =>
  kind.attack === 'fgsm' ? 'FGSM, one step of ε from the picture' : study.attackTitle;

/** A block of a table for each group. */
export function blocksOf(groups: readonly Group[]) {
  return groups.map(({ study, kind }) => ({
    title: `${study.data.title}, ${study.title}${kind.sp === 'none' ? '' : `, SP ${kind.sp}`}`,
    runs: kind,
  }));
}

/** A block that says which data set is not there. */
export const lacking = (titles: readonly string[]) => titles.map((title) => ({ title, runs: null }));

/** What stands in a role of the paper's claims; null for a study the profile leaves out. */
export function subjectOf([group]: readonly Group[], published: DataSet) {
  if (group === undefined) return null;
  const { study, kind } = group;
  return {
    runs: kind,
    dataTitle: study.data.title,
    netTitle: study.title,
    original: study.data.name === published.name,
  };
}

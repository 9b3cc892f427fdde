/** What a scale of the study is. Plain data: a profile of one's own is another's with a few fields changed (docs/profiles.md). */
import type * as z from 'zod';
import type { ImportParams } from '../data/import.ts';
import type { netSchema } from '../nets/architecture.ts';
import type train from '../train.ts';
import type { DataSet } from './data-sets.ts';

export type TrainParams = z.input<NonNullable<(typeof train)['params']>>;

/** A net with its names. */
export interface NamedNet {
  /** In step names. */
  readonly name: string;
  readonly title: string;
  readonly net: z.input<typeof netSchema>;
}

/** Projected gradient ascent by `steps` steps of `stepSize`/255. */
export interface Steps {
  readonly steps: number;
  readonly stepSize: number;
}

/** One data set with the net trained on it, and how. */
export interface Study extends NamedNet {
  readonly data: DataSet;
  readonly pictures: Pick<ImportParams, 'train' | 'test'>;
  /** Steps of the PGD attack trained with, by its strength in 1/255. */
  readonly attack: (epsilon: number) => Steps;
  readonly attackTitle: string;
  readonly training: Omit<TrainParams, 'net' | 'attack' | 'spectralControl'> & { readonly epochs: number };
}

export interface Profile {
  /** `paper`: the published data, nets and budgets. `analogue`: anything smaller; verdicts say so. */
  readonly scope: 'paper' | 'analogue';
  /** Strengths of adversarial training (AR) in 1/255; 0 is ordinary training, which the paper has not. */
  readonly strengths: readonly number[];
  /** Of initialisation, batch order and noise, the same at every strength; verdicts on claims need three. */
  readonly seeds: readonly number[];
  /** In CIFAR-10's place. */
  readonly main: Study;
  /** In CIFAR-100's place; null where the profile leaves it out. */
  readonly other: Study | null;
  /** In Tiny-ImageNet's place. */
  readonly wide: Study | null;
  /** In ResNet-110's place, on the first two data sets. */
  readonly deeper: NamedNet;
  /** Levels the spectral norms are controlled to (SP), on the first data set. */
  readonly spectralNorms: readonly number[];
  /** Attacks on finished nets. */
  readonly evaluation: {
    /** The first so many test pictures are attacked; null: all. */
    readonly pictures: number | null;
    /** The first so many of these are also attacked to find masked gradients. */
    readonly masking: number;
    /** The same moderate attack on every net: the paper's row 'PGD'. */
    readonly fixed: Steps & { readonly epsilon: number };
    /** Strengths of the security curve and of figure 8, in 1/255; figure 8 also has that of `fixed`. */
    readonly curve: readonly number[];
  };
  /** Lemma 3.1 is tried on a plain net without biases, trained on the first data set at the weakest strength. */
  readonly plain: NamedNet & {
    readonly training: { readonly epochs: number; readonly learningRate: number };
  };
  /** Sizes K of the covering in Theorem 3.1 that its bound is written for: the paper gives neither k nor C_X. */
  readonly coverings: readonly number[];
}

/** What a training run is, apart from its pictures and its seed. */
import type { AttackPlan } from '../attacks/params.ts';
import type { Augment } from '../data/augment.ts';
import type { Schedule } from './schedule.ts';
import type { SgdParams } from './sgd.ts';
import type { SpectralControl } from './spectral-control.ts';

export interface TrainingPlan {
  readonly attack: AttackPlan;
  readonly sgd: SgdParams;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** Epochs of linear rise of the learning rate. */
  readonly warmUp: number;
  readonly augment: Augment | null;
  readonly probe: Probe;
  /** What spectral norms are held to at the end of every epoch; null: nothing. */
  readonly spectralControl: SpectralControl | null;
}

/** A fixed part of the training pictures on which progress is measured. */
export interface Probe {
  /** The first so many training pictures, or all where there are fewer. */
  readonly pictures: number;
  /** Robust accuracy is measured after every so many epochs, and after the last; 0: never. */
  readonly attackEvery: number;
}

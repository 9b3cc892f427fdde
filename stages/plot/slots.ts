/** Where data sets stand in a figure: those of the profile in order, then those that the paper has and the profile has not. */
import { absentPanel, type Panel, type PanelTitle } from './frame.ts';
import type { Caption, StudyCaption } from '../results/caption.ts';
import { groupBy } from './over-seeds.ts';

export interface Slot {
  /** Name of the data set for people. */
  readonly title: string;
  /** The nets trained on it; none where it is absent. */
  readonly studies: readonly StudyCaption[];
}

export function slotsOf({ studies, absent }: Caption): Slot[] {
  return [
    ...groupBy(studies, ({ data }) => data).map((nets) => ({ title: nets[0]!.dataTitle, studies: nets })),
    ...absent.map((title) => ({ title, studies: [] })),
  ];
}

/** The same for figures whose panels hold the curves of one net. @throws where the caption names two on a data set */
export function singleNetSlots(caption: Caption): Slot[] {
  const slots = slotsOf(caption);
  for (const { title, studies } of slots) {
    if (studies.length > 1)
      throw new Error(
        `the caption names ${studies.length} nets on ${title}; a panel of this figure draws one`,
      );
  }
  return slots;
}

/** A panel of a data set: drawn where there are points, else an empty frame that says why. */
export function panelOf(
  frame: PanelTitle,
  slot: Slot,
  { profile }: Caption,
  points: readonly unknown[],
  draw: () => Panel,
): Panel {
  if (points.length > 0) return draw();
  return absentPanel(
    frame,
    slot.studies.length === 0
      ? [`${slot.title} is not part of`, `the profile “${profile}”`]
      : [`No such runs on ${slot.title}`, `in the profile “${profile}”`],
  );
}

/** a, b, c, … */
export const letterOf = (index: number): string => String.fromCodePoint('a'.codePointAt(0)! + index);

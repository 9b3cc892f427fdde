/** What every figure and table says of how it was made: no axis, value or caption pretends to be the published one. */
import * as z from 'zod';

/** One data set with the net trained on it. */
export const studySchema = z.strictObject({
  /** Label `data` of its runs. */
  data: z.string(),
  /** Label `net` of its runs. */
  net: z.string(),
  /** Names for people. */
  dataTitle: z.string(),
  netTitle: z.string(),
  /** Training attack with its steps and step size. */
  attackTitle: z.string(),
  trainingPictures: z.int().positive(),
});
export type StudyCaption = z.output<typeof studySchema>;

export const captionSchema = z.strictObject({
  profile: z.string().describe('Scale of the study, printed'),
  studies: z
    .array(studySchema)
    .describe('Data sets and nets drawn, in order, printed; none where all are absent'),
  absent: z
    .array(z.string())
    .default([])
    .describe('Data sets the paper has here and the profile has not; said where they would stand'),
});
export type Caption = z.output<typeof captionSchema>;

/** The lines under a figure's title: what was measured, at which scale. */
import type { Caption, StudyCaption } from '../results/caption.ts';
import type { Fonts } from './fonts.ts';

/** Pixels, as figure.ts sets it. */
export const captionSize = 11;

export interface CaptionParts {
  /** Such as `2,000 test pictures`, for each study that was measured. */
  readonly pictures: ReadonlyMap<StudyCaption, string>;
  /** Said of the whole figure, such as what bars mean. */
  readonly notes: readonly string[];
}

/**
 * The profile with the notes, then a line a study; parts are joined by dots, and broken between them where a line would
 * be wider than the figure.
 * @param width pixels
 */
export function captionLines(
  { profile, studies }: Caption,
  { pictures, notes }: CaptionParts,
  fonts: Fonts,
  width: number,
): string[] {
  const fits = (line: string): boolean => fonts.width(line, captionSize, false) <= width;
  const ofStudy = (study: StudyCaption): string[] => {
    const { dataTitle, netTitle, attackTitle, trainingPictures } = study;
    const measured = pictures.get(study);
    const counts = `${thousands(trainingPictures)} training ${measured === undefined ? 'pictures' : `and ${measured}`}`;
    return [dataTitle, netTitle, `trained with ${attackTitle}`, counts];
  };
  return [[`Profile “${profile}”`, ...notes], ...studies.map(ofStudy)].flatMap((parts) =>
    wrapped(parts, fits),
  );
}

function wrapped(parts: readonly string[], fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const joined = `${lines.at(-1)} · ${part}`;
    if (lines.length > 0 && fits(joined)) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return lines;
}

export const thousands = (count: number): string => count.toLocaleString('en-US');

/** What stands below a table: how it was made, and what is not as in the paper's. */
import type { AttackRow } from '../results/attack-table.ts';
import type { Caption } from '../results/caption.ts';
import { strengthHead } from './table.ts';

/** Profile, then data sets with their nets, training attacks and pictures. */
export function captionNotes({ profile, studies, absent }: Caption): string[] {
  return [
    `Profile “${profile}”: not the published numbers.`,
    ...studies.map(
      ({ dataTitle, netTitle, attackTitle, trainingPictures }) =>
        `${dataTitle}: ${netTitle}, trained with ${attackTitle} on ${thousands(trainingPictures)} pictures.`,
    ),
    ...absent.map((title) => `${title} is not part of this profile.`),
  ];
}

/** "Mean ± sample STD over 3 seeds", of however many seeds the cells have. */
export function seedsNote(counts: readonly number[]): string {
  if (counts.length === 0) return 'No runs.';
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return 'One seed: no spread.';
  return `Mean ± sample STD over ${least === most ? most : `${least} to ${most}`} seeds.`;
}

/** How the runs were attacked; empty for none. @throws where in different ways, for their numbers would not compare */
export function commonAttack(attacks: readonly AttackRow[]): string {
  const texts = [...new Set(attacks.map(attackText))];
  if (texts.length > 1)
    throw new Error(`runs to be compared were attacked differently: ${texts.join(' and ')}`);
  return texts[0] ?? '';
}

/** What the PGD rows of a table are. */
export const attackNotes = (attacks: readonly AttackRow[]): string[] =>
  attacks.length === 0
    ? []
    : [
        `PGD rows: ${commonAttack(attacks)}; the share still right of those right without attack (“of all”: of all).`,
      ];

function attackText({ kind, epsilon, stepSize, steps, restarts, randomStart, examples }: AttackRow): string {
  const start = randomStart === 'true' ? 'random start' : 'clean start';
  const how = kind === 'fgsm' ? 'FGSM' : `PGD-${steps}, step ${decimal(stepSize)}/255, ${start}`;
  const often = restarts > 1 ? `, ${restarts} restarts` : '';
  return `${how}${often}, ε ${decimal(epsilon)}/255, first ${thousands(examples)} test pictures`;
}

/** Said of a level of spectral control that did nothing, since its runs then are those without control. */
export function idleLevelNote(
  title: string,
  runs: readonly { run: { epsilon: number }; layersClipped: number }[],
): string[] {
  const strengths = [...new Set(runs.map(({ run }) => run.epsilon))].sort((a, b) => a - b);
  const idle = strengths.filter((strength) =>
    runs.every(({ run, layersClipped }) => run.epsilon !== strength || layersClipped === 0),
  );
  if (idle.length === 0) return [];
  const where = idle.length === strengths.length ? '' : ` at AR ${idle.map(strengthHead).join(', ')}`;
  return [`${title}: no layer was ever clipped${where}: identical to uncontrolled.`];
}

export const thousands = (count: number): string => count.toLocaleString('en-US');
/** At most three decimals, for sizes that were divided. */
const decimal = (value: number): string => String(Number(value.toFixed(3)));

/** Verdicts for readers, as Markdown. */
import type { Caption } from '../results/caption.ts';
import { escapeMarkdown, markdownRows } from '../tables/markdown.ts';
import { captionNotes } from '../tables/notes.ts';
import type { Checks } from './checks.ts';
import { fitnessOf } from './fitness.ts';
import type { JudgedClaim } from './judge.ts';
import { trendRows, type TrendRow } from './rows.ts';
import type { Study } from './study.ts';

export function trendsReport(
  caption: Caption,
  attack: string,
  claims: readonly JudgedClaim[],
  study: Study,
  { decided, byChance }: Checks,
): string {
  const rows = trendRows(claims, study);
  return [
    `# The paper's claims, judged`,
    '',
    ...captionNotes(caption).map((note) => `- ${escapeMarkdown(note)}`),
    ...(attack === ''
      ? []
      : [
          `- Robust accuracy: ${escapeMarkdown(attack)}; of the pictures right without attack, the share still right under it.`,
        ]),
    '- A number d is the mean over seeds of paired differences, strongest minus weakest training attack unless it says otherwise, and above 0 in the direction of the paper. ' +
      'Its 95 % interval has two parts, seeds (Student’s t) and pictures (paired bootstrap).',
    '- An interval above 0 holds, unless a step between neighbouring strengths is significantly reversed. One below 0, or wholly within the smallest effect of interest, does not hold. ' +
      'Any other is not measurable, as is what could not be asked.',
    `- ${decided} intervals were asked; chance alone would decide about ${byChance.toFixed(1)} of them.`,
    '',
    '## Verdicts',
    '',
    ...verdictTable(rows),
    '',
    '## Numbers',
    ...claims.flatMap(({ claim: { id, words } }) => numbers(id, words, rows)),
    '',
    '## Were the nets fit to be judged?',
    '',
    'Criteria that know nothing of the claims. An under-fitted net shows only how much slower it fits.',
    '',
    ...fitnessTable(study),
    '',
  ].join('\n');
}

function verdictTable(rows: readonly TrendRow[]): string[] {
  const lines = rows.flatMap((row) => {
    if (row.kind === 'claim')
      return [
        [
          `**${row.claim}**`,
          escapeMarkdown(row.name),
          'as a whole',
          `**${row.verdict}**`,
          escapeMarkdown(row.reason),
        ],
      ];
    if (row.kind !== 'subject' || row.role === '') return [];
    return [['', '', escapeMarkdown(scopeOf(row)), row.verdict, escapeMarkdown(row.reason)]];
  });
  return markdownRows(['claim', 'the paper’s words, shortened', 'scope', 'verdict', 'why'], lines);
}

function numbers(id: string, words: string, rows: readonly TrendRow[]): string[] {
  const measured = rows.filter(({ claim, kind }) => claim === id && (kind === 'part' || kind === 'control'));
  const lines = measured.map((row) => [
    escapeMarkdown(row.kind === 'control' ? `control: ${row.name}` : row.name),
    escapeMarkdown(scopeOf(row)),
    number(row.mean),
    row.low === '' ? '–' : `${number(row.low)} to ${number(row.high)}`,
    row.signs === '' ? '–' : row.signs.replaceAll('-', '−'),
    number(row.delta),
    row.verdict,
    escapeMarkdown([row.reason, row.inWords].filter((text) => text !== '').join('; ')),
  ]);
  const effects = smallestEffects(measured);
  return [
    '',
    `### ${id}: ${escapeMarkdown(words)}`,
    '',
    ...markdownRows(
      ['what', 'scope', 'd', '95 % interval', 'sign of each seed', 'smallest effect', 'verdict', 'why'],
      lines,
    ),
    ...(effects === '' ? [] : ['', `Smallest effects. ${escapeMarkdown(effects)}.`]),
  ];
}

/** Each reason once, with the parts it is of. */
function smallestEffects(rows: readonly TrendRow[]): string {
  const parts = rows.filter(({ delta }) => delta !== '');
  const reasons = [...new Set(parts.map(({ why }) => why))];
  const names = (reason: string) => [
    ...new Set(parts.filter(({ why }) => why === reason).map(({ name }) => name)),
  ];
  return reasons.map((reason) => `${names(reason).join(', ')}: ${reason}`).join('; ');
}

const scopeOf = ({ scope, nets }: TrendRow): string =>
  scope === '' ? `absent: ${nets}` : scope === 'paper' ? `paper: ${nets}` : scope;

const number = (value: number | ''): string =>
  value === '' ? '–' : String(Number(value.toPrecision(3))).replace('-', '−');

function fitnessTable({ subjects }: Study): string[] {
  const lines = [...subjects.values()].flatMap(({ title, group }) =>
    fitnessOf(group).map(({ criterion, value, met }) => [
      escapeMarkdown(title),
      escapeMarkdown(criterion),
      value,
      met === null ? '–' : met ? 'met' : 'not met',
    ]),
  );
  return markdownRows(['nets', 'criterion', 'value', ''], lines);
}

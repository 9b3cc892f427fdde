/** `list` for people: targets, then steps with what is known of their cost. Pure. */
import { duration, multiplyAdds } from './measures.ts';
import { table } from './table.ts';

export interface ListedStep {
  readonly name: string;
  readonly estimatedMs: number | null;
  /** Multiply-adds, where the pipeline says so. */
  readonly work: number | undefined;
}

export function listText(
  targets: readonly string[],
  steps: readonly ListedStep[],
  { width, costs }: { readonly width: number; readonly costs: boolean },
): string {
  const listed = costs
    ? table([{}, { align: 'right' }, { align: 'right' }], steps.map(costRow), width)
    : steps.map(({ name }) => name).join('\n');
  if (targets.length === 0) return listed;
  return ['targets', ...targets.map((name) => `  ${name}`), 'steps', indented(listed)].join('\n');
}

const indented = (text: string): string => text.replace(/^/gm, '  ');

const costRow = ({ name, estimatedMs, work }: ListedStep): string[] => [
  name,
  estimatedMs === null ? '' : `~${duration(estimatedMs)}`,
  work === undefined ? '' : multiplyAdds(work),
];

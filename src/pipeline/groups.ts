/** Which steps belong together: those whose names differ only in the values of their cells, or in numbers. Pure. */
import type { Step } from './step.ts';

/**
 * Each step's name with its cell's values replaced by their axes: `train/ar-{epsilon}/seed-{rep}`. Where a value occurs more
 * than once in a name (`resnet-8/pgd-8`), the place is taken that most steps share. Many steps of a stage that were declared
 * in a loop of one's own, without cells, have their numbers replaced: `train/seed-*`.
 */
export function groupsOf(steps: readonly Step[]): Map<Step, string> {
  const candidates = new Map(steps.map((step) => [step, templatesOf(step)]));
  const shared = new Map<string, number>();
  for (const templates of candidates.values())
    for (const each of templates) shared.set(each, (shared.get(each) ?? 0) + 1);
  const best = (templates: readonly string[]): string =>
    templates.reduce((found, each) => (shared.get(each)! > shared.get(found)! ? each : found));
  const alike = patternsOf(steps);
  return new Map([...candidates].map(([step, templates]) => [step, alike.get(step) ?? best(templates)]));
}

/** Fewer than these are better seen one by one. */
const MANY = 10;

function patternsOf(steps: readonly Step[]): Map<Step, string> {
  const byStage = new Map<unknown, Map<string, Step[]>>();
  for (const step of steps) {
    if (Object.keys(step.cell).length > 0) continue;
    const patterns = byStage.get(step.stage) ?? new Map<string, Step[]>();
    byStage.set(step.stage, patterns);
    const pattern = step.name.replace(/\d+(\.\d+)?/g, '*');
    const known = patterns.get(pattern);
    if (known) known.push(step);
    else patterns.set(pattern, [step]);
  }
  const many = [...byStage.values()].flatMap((patterns) =>
    [...patterns].filter(([, alike]) => alike.length >= MANY),
  );
  return new Map(many.flatMap(([pattern, alike]) => alike.map((step) => [step, pattern] as const)));
}

function templatesOf({ name, cell }: Step): string[] {
  return Object.entries(cell).reduce<string[]>(
    (names, [axis, value]) => {
      const text = String(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const place = new RegExp(`(?<=^|[/_=.-])${text}(?=$|[/_=.-])`, 'g');
      const replaced = names.flatMap((each) =>
        [...each.matchAll(place)].map(
          ({ index, 0: { length } }) => `${each.slice(0, index)}{${axis}}${each.slice(index + length)}`,
        ),
      );
      return replaced.length > 0 ? replaced : names;
    },
    [name],
  );
}

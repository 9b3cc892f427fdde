/** Which steps of a grid belong together: those whose names differ only in the values of their cells. Pure. */
import type { Step } from './step.ts';

/**
 * Each step's name with its cell's values replaced by their axes: `train/ar-{epsilon}/seed-{rep}`. Where a value occurs more
 * than once in a name (`resnet-8/pgd-8`), the place is taken that most steps share.
 */
export function groupsOf(steps: readonly Step[]): Map<Step, string> {
  const candidates = new Map(steps.map((step) => [step, templatesOf(step)]));
  const shared = new Map<string, number>();
  for (const templates of candidates.values())
    for (const each of templates) shared.set(each, (shared.get(each) ?? 0) + 1);
  const best = (templates: readonly string[]): string =>
    templates.reduce((found, each) => (shared.get(each)! > shared.get(found)! ? each : found));
  return new Map([...candidates].map(([step, templates]) => [step, best(templates)]));
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

/** The newest run in one line: how far it is, or how it ended. */
import type { JSX } from 'preact';
import { duration, enumerate, integer, wholeSeconds } from '../../report/measures.ts';
import { moment } from '../../report/moment.ts';
import { outlookText } from '../../report/outlook.ts';
import type { RunView } from '../run-view.ts';
import { Badge, Bar } from './parts.tsx';

export function RunLine({ view, now }: { view: RunView | null; now: number }): JSX.Element {
  if (!view) return <p class="run">No run yet: ar-pipe run starts one, and it shows up here.</p>;
  const { counts, total, ended, alive, targets, at } = view;
  const settled = counts.built + counts.reused + counts.failed + counts.notRun;
  const parts = [
    [counts.built, 'built'],
    [counts.reused, 'reused'],
    [counts.failed, 'failed'],
    [counts.notRun, 'not run'],
    [alive ? Object.values(view.steps).filter(({ state }) => state === 'running').length : 0, 'running'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${integer(count)} ${what}`);
  return (
    <div class="run">
      <p>
        {ended ? (
          <Badge state={ended.ok ? 'ok' : 'failed'} />
        ) : (
          <Badge state={alive ? 'running' : 'interrupted'} />
        )}{' '}
        <strong>{enumerate(targets, 4)}</strong> {told.join(', ')}
        <span class="faint">
          {' '}
          {ended
            ? `took ${duration(ended.ms)}, started ${moment(at)}`
            : alive
              ? [`for ${wholeSeconds(now - Date.parse(at))}`, outlookText(view.outlook, now)]
                  .filter(Boolean)
                  .join(', ')
              : `started ${moment(at)}`}
        </span>
      </p>
      {alive && <Bar done={total === 0 ? 0 : settled / total} label="steps done" />}
    </div>
  );
}

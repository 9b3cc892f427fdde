/** The newest run in one line: how far it is, or how it ended. */
import type { JSX } from 'preact';
import { countsText } from '../../report/counts.ts';
import { duration, enumerate, wholeSeconds } from '../../report/measures.ts';
import { moment } from '../../report/moment.ts';
import { outlookText } from '../../report/outlook.ts';
import { wasStopped, type RunView } from '../run-view.ts';
import { Badge, Bar } from './parts.tsx';

export function RunLine({ view, now }: { view: RunView | null; now: number }): JSX.Element {
  if (!view) return <p class="run">No run yet: ar-pipe run starts one, and it shows up here.</p>;
  const { counts, total, ended, alive, targets, at } = view;
  const settled = counts.built + counts.reused + counts.failed + counts.notRun;
  const steps = Object.values(view.steps);
  const stopped = steps.filter(wasStopped).length;
  const running = alive ? steps.filter(({ state }) => state === 'running').length : 0;
  return (
    <div class="run">
      <p>
        <Badge state={stateOf(view, stopped)} /> <strong>{enumerate(targets, 4)}</strong>{' '}
        {countsText(counts, stopped, running)}
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

/** A run in which all that failed was stopped was interrupted. */
function stateOf(
  { ended, alive, counts }: RunView,
  stopped: number,
): 'ok' | 'running' | 'failed' | 'interrupted' {
  if (!ended) return alive ? 'running' : 'interrupted';
  if (ended.ok) return 'ok';
  return stopped > 0 && stopped === counts.failed ? 'interrupted' : 'failed';
}

/** One step beside the graph: how it stands, why, what it wrote, how it was made. */
import type { JSX } from 'preact';
import type { Reason } from '../../core/events.ts';
import { bytes, integer, metric } from '../../report/measures.ts';
import { moment } from '../../report/moment.ts';
import { onlyWaits } from '../../report/words.ts';
import { share } from '../../core/time-left.ts';
import { backendText } from '../backend-text.ts';
import type { LiveStep } from '../run-view.ts';
import type { StepDetail } from '../study.ts';
import { askStep } from './ask.ts';
import { Chart } from './chart.tsx';
import { Files } from './files.tsx';
import { useAnswer } from './hooks.ts';
import { advanceText } from './now.tsx';
import { Badge, Bar, Digest, Facts, FailureBox, Log, madeText, Reasons, Section } from './parts.tsx';
import { hashOf, type Tab } from './route.ts';
import type { ShownStep } from './states.ts';

interface StepPanelProps {
  readonly profile: string;
  readonly step: ShownStep;
  readonly tab: Exclude<Tab, 'history'>;
  readonly now: number;
}

export function StepPanel({ profile, step, tab, now }: StepPanelProps): JSX.Element {
  const { live, shown } = step;
  // While it runs its log and curves grow; whenever it ends everything may be new.
  const beat = shown === 'running' ? Math.floor(now / 2000) : 0;
  const { answer, refused } = useAnswer(
    () => askStep(profile, step.step),
    [profile, step.step, step.key, shown, beat],
  );
  const failure = live?.failure ?? (shown === 'failed' ? step.failure : undefined);
  const reasons = shown === 'running' ? (live?.reasons ?? []) : shown === 'fresh' ? [] : step.reasons;
  return (
    <>
      <h2>{step.step}</h2>
      <p>
        <Badge state={shown} />{' '}
        {shown === 'fresh' && step.lastBuilt !== null && `since ${moment(step.lastBuilt)}`}
      </p>
      {shown === 'running' && live && <Running live={live} now={now} />}
      {failure && <FailureBox failure={failure} />}
      {reasons.length > 0 && (
        <Section title={becauseOf(shown, reasons)}>
          <Reasons reasons={reasons} />
        </Section>
      )}
      {refused && <FailureBox failure={refused.failure} />}
      {answer && <Detail profile={profile} detail={answer} fresh={shown === 'fresh'} tab={tab} />}
    </>
  );
}

const becauseOf = (shown: ShownStep['shown'], reasons: readonly Reason[]): string =>
  shown === 'running' ? 'It runs because' : onlyWaits(reasons) ? 'It may run because' : 'It will run because';

const Running = ({ live, now }: { live: LiveStep; now: number }): JSX.Element => (
  <div class="running">
    <Bar done={share(live, now) ?? 0} label="done" />
    <p>{advanceText(live, now)}</p>
  </div>
);

interface DetailProps {
  readonly profile: string;
  readonly detail: StepDetail;
  readonly fresh: boolean;
  readonly tab: StepPanelProps['tab'];
}

function Detail({ profile, detail, fresh, tab }: DetailProps): JSX.Element {
  const { step, made, recipe, files, curves, log, needs, lastReasons } = detail;
  const params = Object.entries(asObject(detail.params));
  const shownFiles = files.filter(({ bytes: size }) => size < 2_000_000);
  return (
    <>
      {curves.length > 0 && (
        <Section title="Curves">
          <div class="charts">
            {curves.map((curve) => (
              <Chart key={`${curve.metric} ${curve.unit}`} curve={curve} />
            ))}
          </div>
        </Section>
      )}
      {log && log.lines.length > 0 && (
        <Section title="Log">
          <Log label={`Log of ${step}`} lines={log.lines} />
          <p class="faint">{log.path}</p>
        </Section>
      )}
      {files.length > 0 && (
        <Section title={fresh ? 'Outputs' : 'Outputs of its last build'}>
          <Files profile={profile} step={step} files={shownFiles} />
          {files
            .filter((file) => !shownFiles.includes(file))
            .map(({ name, bytes: size }) => (
              <p key={name}>
                {name} <small>{bytes(size)}</small>
              </p>
            ))}
        </Section>
      )}
      {params.length > 0 && (
        <Section title="Parameters">
          <Facts facts={params.map(([name, value]) => [name, jsonText(value)])} />
        </Section>
      )}
      {needs.length > 0 && (
        <Section title="Needs">
          <Names names={needs.slice(0, MOST_NAMES)} tab={tab} />
          {needs.length > MOST_NAMES && (
            <details>
              <summary>{integer(needs.length - MOST_NAMES)} more</summary>
              <Names names={needs.slice(MOST_NAMES)} tab={tab} />
            </details>
          )}
        </Section>
      )}
      <Section title="Recipe">
        <Facts
          facts={[
            ...(detail.stage === null ? [] : [['stage', <code key="stage">{detail.stage}</code>] as const]),
            ...(detail.declaredAt === null
              ? []
              : [['declared at', <code key="at">{detail.declaredAt}</code>] as const]),
            ...(recipe ? [['code', <Digest key="code" of={recipe.code} />] as const] : []),
            ...(recipe?.seed === undefined ? [] : [['seed', String(recipe.seed)] as const]),
            ...Object.entries(recipe?.env ?? {}),
          ]}
        />
      </Section>
      {made && (
        <Section title="Provenance">
          <Facts
            facts={[
              ['key', <Digest key="key" of={made.key} />],
              ['built', `${moment(made.startedAt)} ${madeText(made)}`],
              ...(made.backend === undefined ? [] : [['backend', backendText(made.backend)] as const]),
              ...Object.entries(made.metrics ?? {}).map(([name, value]) => [name, metric(value)] as const),
              ...files.map(({ name, digest }) => [name, <Digest key={name} of={digest} />] as const),
            ]}
          />
          {lastReasons && lastReasons.length > 0 && (
            <>
              <p class="faint">It was built because</p>
              <Reasons reasons={lastReasons} />
            </>
          )}
        </Section>
      )}
    </>
  );
}

/** A table over a grid needs hundreds of steps: what stands below them must stay in reach. */
const MOST_NAMES = 12;

const Names = ({ names, tab }: { names: readonly string[]; tab: DetailProps['tab'] }): JSX.Element => (
  <ul class="names">
    {names.map((name) => (
      <li key={name}>
        <a href={hashOf({ tab, open: { kind: 'step', name } })}>{name}</a>
      </li>
    ))}
  </ul>
);

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : { value };

const jsonText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The page: which tab, which step beside it, and when to look again. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Message } from '../run-view.ts';
import type { Study } from '../study.ts';
import { Graph } from './graph.tsx';
import { Compare, History } from './history.tsx';
import { useNow, useRoute, useRun, useStudy, type Connection } from './hooks.ts';
import { Now } from './now.tsx';
import { FailureBox } from './parts.tsx';
import { Results } from './results.tsx';
import { hashOf, tabs, type Route } from './route.ts';
import { RunLine } from './run-line.tsx';
import { shownSteps, type ShownStep } from './states.ts';
import { NodePanel, Steps } from './steps.tsx';
import { StepPanel } from './step-panel.tsx';

const titles = { graph: 'Graph', results: 'Results', steps: 'Steps', history: 'History' } as const;

export function App(): JSX.Element {
  const route = useRoute();
  const [profile, setProfile] = useState('');
  const { study, refused, looking, look } = useStudy(profile);
  const targetSteps = useRef<ReadonlySet<string>>(new Set());
  targetSteps.current = new Set(study?.results.map(({ step }) => step));
  const { view, connection } = useRun((message) => {
    // A run of another scale is what one wants to see.
    if (message.kind === 'run' && message.view.alive) setProfile(message.view.profile);
    if (isWorthALook(message, targetSteps.current)) look();
  });
  useEffect(() => {
    addEventListener('focus', look);
    return () => {
      removeEventListener('focus', look);
    };
  }, [look]);
  const now = useNow(view?.alive ?? false);
  const steps = study ? shownSteps(study, view) : [];
  useEffect(() => {
    document.title = study ? `${study.pipeline} · ar-pipe` : 'ar-pipe';
  }, [study?.pipeline]);
  return (
    <>
      <header class="top">
        <h1>{study?.pipeline ?? 'ar-pipe'}</h1>
        {study && study.profiles.length > 1 && (
          <label>
            Profile
            <select
              value={study.profile}
              onChange={({ currentTarget }) => {
                setProfile(currentTarget.value);
              }}
            >
              {study.profiles.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <button type="button" onClick={look} disabled={looking}>
          {looking ? 'Looking …' : 'Look again'}
        </button>
        <ConnectionText connection={connection} />
        <RunLine view={view} now={now} />
        <nav aria-label="Views">
          {tabs.map((tab) => (
            <a key={tab} href={hashOf({ tab })} aria-current={tab === route.tab ? 'page' : undefined}>
              {titles[tab]}
            </a>
          ))}
        </nav>
      </header>
      {refused && <FailureBox title="The pipeline cannot be read now" failure={refused.failure} />}
      <main class={route.tab !== 'history' && route.open ? 'split' : ''}>
        {route.tab === 'history' ? (
          <div class="content">
            {route.compare ? <Compare a={route.compare[0]} b={route.compare[1]} /> : <History view={view} />}
          </div>
        ) : (
          <>
            {!study && looking && <p class="content">Looking at the pipeline …</p>}
            {study && <Studied route={route} study={study} steps={steps} now={now} />}
          </>
        )}
      </main>
    </>
  );
}

/** After these the pipeline stands otherwise than when it was looked at. */
function isWorthALook(message: Message, targetSteps: ReadonlySet<string>): boolean {
  if (message.kind !== 'news') return message.kind === 'run';
  return message.news.some(
    (item) =>
      item.kind === 'alive' ||
      (item.kind === 'event' &&
        (item.event.event === 'run-finished' ||
          (item.event.event === 'step-finished' && targetSteps.has(item.event.step)))),
  );
}

function ConnectionText({ connection }: { connection: Connection }): JSX.Element {
  const text = {
    joining: 'connecting',
    live: 'live',
    lost: 'not connected: start ar-pipe ui again',
  }[connection];
  return (
    <span class={`connection ${connection}`} role="status">
      {text}
    </span>
  );
}

interface StudiedProps {
  readonly route: Exclude<Route, { readonly tab: 'history' }>;
  readonly study: Study;
  readonly steps: readonly ShownStep[];
  readonly now: number;
}

function Studied({ route, study, steps, now }: StudiedProps): JSX.Element {
  const { tab, open } = route;
  const step = open?.kind === 'step' ? steps.find(({ step: name }) => name === open.name) : undefined;
  const members = open?.kind === 'node' ? steps.filter(({ node }) => node === open.name) : [];
  return (
    <>
      <div class="content">
        {tab === 'graph' &&
          (study.graph ? (
            <Graph graph={study.graph} steps={steps} now={now} open={step?.node ?? open?.name} />
          ) : (
            <p>
              This graph has too many parts to be drawn: see <a href={hashOf({ tab: 'steps' })}>its steps</a>.
            </p>
          ))}
        {tab === 'graph' && <Now steps={steps} now={now} />}
        {tab === 'results' && <Results study={study} steps={steps} />}
        {tab === 'steps' && <Steps steps={steps} tab={tab} now={now} />}
      </div>
      {open && (
        <Panel tab={tab} name={open.name}>
          {step ? (
            <StepPanel profile={study.profile} step={step} tab={tab} now={now} />
          ) : members.length > 0 ? (
            <NodePanel name={open.name} steps={members} tab={tab} now={now} />
          ) : (
            <p>{open.name} is not part of the pipeline in this profile.</p>
          )}
        </Panel>
      )}
    </>
  );
}

interface PanelProps {
  readonly tab: StudiedProps['route']['tab'];
  readonly name: string;
  readonly children: JSX.Element;
}

/** Beside the content, on a phone above it; Escape closes it. */
function Panel({ tab, name, children }: PanelProps): JSX.Element {
  const place = useRef<HTMLElement>(null);
  // Before it is seen: a key pressed at once counts.
  useLayoutEffect(() => {
    place.current?.scrollTo(0, 0);
    place.current?.focus({ preventScroll: true });
    const close = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') location.hash = hashOf({ tab });
    };
    addEventListener('keydown', close);
    return () => {
      removeEventListener('keydown', close);
    };
  }, [tab, name]);
  return (
    <aside ref={place} tabIndex={-1} aria-label={name}>
      <a class="close" href={hashOf({ tab })} aria-label="Close">
        ✕
      </a>
      {children}
    </aside>
  );
}

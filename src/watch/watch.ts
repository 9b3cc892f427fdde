/** Rounds of a run, each in a process of its own, until interrupted. Carries out what decide.ts decides. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Project } from '../pipeline/project.ts';
import { begin, decide, type Decision, type Deed, type Input } from './decide.ts';
import {
  bothSources,
  changedSince,
  differences,
  lookAt,
  noSources,
  type Look,
  type Sources,
} from './look.ts';
import { watchedVariable, type FromRun, type ToRun } from './messages.ts';
import { createWatcher } from './watcher.ts';
import { changedText, waitingText } from './words.ts';

export interface WatchOptions {
  readonly project: Pick<Project, 'folder' | 'pipelineFile'>;
  /** Program and arguments of a round. */
  readonly command: readonly [string, ...string[]];
  readonly say: (line: string) => void;
  /** Registers what an interrupt calls: the first ends the watch and, kindly, its round; the next one ends that at once. */
  readonly onInterrupt: (interrupted: () => void) => void;
}

/** Milliseconds without a further change before anything happens, and the most that changes may put it off. */
const quietMs = 100;
const longestMs = 1000;
/** Milliseconds a superseded round gets to save its checkpoints and end. */
const patienceMs = 8000;
/** By how much the clock of file times may lag behind. */
const coarseMs = 10;

/** Settles once it is interrupted and the last round has ended. */
export function watch({ project, command, say, onInterrupt }: WatchOptions): Promise<void> {
  return new Promise((leave) => {
    let state = begin.state;
    /** What the last look saw; of the files this round is known to read, `looked` when it started. */
    let latest: Look = new Map();
    let looked: Look = latest;
    let startedAt = 0;
    let known: Sources = noSources;
    let round: ChildProcess | undefined;
    let looking = Promise.resolve();
    let quiet: NodeJS.Timeout | undefined;
    let firstTouch = Infinity;
    let patience: NodeJS.Timeout | undefined;
    const watcher = createWatcher(
      project.folder,
      () => {
        feed({ kind: 'touched' });
      },
      say,
    );

    /** The round that goes on has the terminal. */
    function tell(line: string): void {
      const message: ToRun = { kind: 'say', line };
      if (round?.connected) round.send(message, () => undefined);
      else say(line);
    }

    function feed(input: Input): void {
      perform(decide(state, input));
    }

    function perform(decision: Decision): void {
      state = decision.state;
      for (const deed of decision.deeds) deeds[deed]();
    }

    const deeds: Readonly<Record<Deed, () => void>> = {
      start() {
        looked = latest;
        startedAt = Date.now();
        const heard = { paths: new Set<string>(), patterns: new Set<string>(), whole: false };
        const child = startRound(command, (message) => {
          if (message.kind === 'sources') for (const path of message.paths) heard.paths.add(path);
          else {
            for (const pattern of message.patterns) heard.patterns.add(pattern);
            heard.whole = true;
            known = bothSources(known, heard);
            void watcher.target(known);
          }
        });
        round = child;
        child.once('close', () => {
          clearTimeout(patience);
          patience = round = undefined;
          // A round that did not get as far as its inputs says less than the one before.
          known = heard.whole ? heard : bothSources(known, heard);
          feed({ kind: 'ended' });
        });
      },
      stop() {
        round?.kill('SIGINT');
        patience ??= setTimeout(() => round?.kill('SIGINT'), patienceMs).unref();
      },
      settle() {
        clearTimeout(quiet);
        firstTouch = Math.min(firstTouch, Date.now());
        const wait = Math.max(0, Math.min(quietMs, firstTouch + longestMs - Date.now()));
        quiet = setTimeout(() => {
          firstTouch = Infinity;
          feed({ kind: 'settled' });
        }, wait);
      },
      compare() {
        looking = looking.then(async () => {
          const compared = state.round;
          if (!round) await watcher.target(known);
          latest = await lookAt(project.folder, known);
          if (compared !== state.round) return;
          const changed = differences(looked, latest, (path) => changedSince(path, startedAt - coarseMs));
          const isNews = changed.length > 0 && (state.phase === 'running' || state.phase === 'idle');
          if (isNews) tell(changedText(project.folder, changed, state.phase === 'running'));
          feed({ kind: 'compared', round: compared, changed: changed.length > 0 });
        });
      },
      wait() {
        say(waitingText(project.folder, project.pipelineFile, known));
      },
      leave() {
        clearTimeout(quiet);
        void watcher.close().then(leave);
      },
    };
    onInterrupt(() => {
      feed({ kind: 'interrupted' });
    });
    perform(begin);
  });
}

/** In a process group of its own: Ctrl-C reaches the watch alone, which then ends the round the kind way. */
function startRound(command: WatchOptions['command'], hear: (message: FromRun) => void): ChildProcess {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [watchedVariable]: '1' },
    detached: true,
  });
  child.on('message', (message) => {
    hear(message as FromRun);
  });
  const resized = (): void => {
    child.kill('SIGWINCH');
  };
  // Its session has no terminal: Ctrl-Z is ours to hand on.
  const suspended = (): void => {
    child.kill('SIGTSTP');
    process.kill(process.pid, 'SIGSTOP');
  };
  const resumed = (): void => {
    child.kill('SIGCONT');
  };
  const heard = { SIGWINCH: resized, SIGTSTP: suspended, SIGCONT: resumed } as const;
  for (const [signal, listener] of Object.entries(heard)) process.on(signal, listener);
  child.once('close', () => {
    for (const [signal, listener] of Object.entries(heard)) process.off(signal, listener);
  });
  return child;
}

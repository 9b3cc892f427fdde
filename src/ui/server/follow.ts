/**
 * Follows the newest run of a checkout by its files, whoever started it: events and progress as they are appended, and
 * whether its process still lives. Looks when asked; who asks decides how often.
 */
import { parseEvent, runIds, runPath } from '../../report/history.ts';
import { parseProgress } from '../../report/progress.ts';
import { progressPath } from '../../report/progress-record.ts';
import { fateOf, thisProcess, type Owner } from '../../store/owner.ts';
import { emptyRun, tell, type Message, type News, type RunView } from '../run-view.ts';
import { tailOf, type Tail } from './tail.ts';

export interface Follower {
  /** Of the newest run; null where there was none. */
  view(): RunView | null;
  /** What is new since the last look. */
  look(): Message[];
}

export function followRuns(state: string): Follower {
  let current: Followed | undefined;
  return {
    view: () => current?.view ?? null,
    look() {
      const newest = runIds(state)[0];
      if (newest === undefined) return [];
      if (newest !== current?.view.run) {
        const next = follow(state, newest);
        next.look();
        // The file appears a moment before its first line.
        if (next.view.pipeline === '') return [];
        current = next;
        return [{ kind: 'run', view: current.view }];
      }
      const news = current.look();
      return news.length === 0 ? [] : [{ kind: 'news', run: newest, news }];
    },
  };
}

/** A run as its files tell it now. */
export function readRunView(state: string, run: string): RunView {
  const followed = follow(state, run);
  followed.look();
  return followed.view;
}

interface Followed {
  view: RunView;
  look(): News[];
}

function follow(state: string, run: string): Followed {
  const events = tailOf(runPath(state, run));
  const progress = tailOf(progressPath(state, run));
  let owner: unknown;
  const followed: Followed = {
    view: emptyRun(run),
    look() {
      const news: News[] = [
        ...newsFrom(progress, (text) => {
          const line = parseProgress(text);
          if (line && 'owner' in line) owner = line.owner;
          return line && { kind: 'progress', line };
        }),
        ...newsFrom(events, (text) => {
          const event = parseEvent(text);
          return event && { kind: 'event', event };
        }),
      ];
      const told = tell(followed.view, news);
      const alive = told.ended === null && isAlive(owner);
      if (alive !== told.alive) news.push({ kind: 'alive', alive });
      followed.view = alive === told.alive ? told : { ...told, alive };
      return news;
    },
  };
  return followed;
}

const newsFrom = (tail: Tail, parse: (text: string) => News | undefined): News[] =>
  tail.read().flatMap((text) => parse(text) ?? []);

/** A run that cannot be judged from here, as one of another machine, counts as alive until it ends. */
function isAlive(owner: unknown): boolean {
  if (typeof owner !== 'object' || owner === null || !('pid' in owner)) return false;
  return fateOf(owner as Owner, thisProcess()) !== 'dead';
}

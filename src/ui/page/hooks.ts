/** The page's state: where it is, what the server said, what the run does. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { tell, type Message, type RunView } from '../run-view.ts';
import type { Study } from '../study.ts';
import { askStudy, Refused } from './ask.ts';
import { routeOf, type Route } from './route.ts';

export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const read = (): void => {
      setRoute(routeOf(location.hash));
    };
    addEventListener('hashchange', read);
    // It may have changed since the first drawing.
    read();
    return () => {
      removeEventListener('hashchange', read);
    };
  }, []);
  return route;
}

/** Milliseconds since 1970, every second while something moves. */
export function useNow(moving: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!moving) return;
    setNow(Date.now());
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [moving]);
  return now;
}

/** What the server answered last, asked again whenever `what` changes. */
export function useAnswer<T>(
  ask: () => Promise<T>,
  what: readonly unknown[],
): { answer?: T; refused?: Refused } {
  const [state, setState] = useState<{ answer?: T; refused?: Refused }>({});
  useEffect(() => {
    let wanted = true;
    ask().then(
      (answer) => {
        if (wanted) setState({ answer });
      },
      (error: unknown) => {
        if (wanted) setState({ refused: asRefused(error) });
      },
    );
    return () => {
      wanted = false;
    };
  }, what);
  return state;
}

const asRefused = (error: unknown): Refused =>
  error instanceof Refused ? error : new Refused({ message: 'the page cannot reach ar-pipe ui' });

export type Connection = 'joining' | 'live' | 'lost';

const RETRY_MS = 2000;

/** Follows the newest run. The stream comes back by itself, also after `ui` was started again. */
export function useRun(heard: (message: Message) => void): {
  view: RunView | null;
  connection: Connection;
} {
  const [view, setView] = useState<RunView | null>(null);
  const [connection, setConnection] = useState<Connection>('joining');
  const hear = useRef(heard);
  hear.current = heard;
  useEffect(() => {
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const open = (): void => {
      source = new EventSource('api/events');
      source.onopen = () => {
        setConnection('live');
      };
      source.onmessage = ({ data }: MessageEvent<string>) => {
        const message = JSON.parse(data) as Message;
        if (message.kind === 'run') setView(message.view);
        if (message.kind === 'news')
          setView((known) => (known?.run === message.run ? tell(known, message.news) : known));
        hear.current(message);
      };
      source.onerror = () => {
        setConnection('lost');
        // The browser itself tries again after a broken connection, not after a refusal.
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
      };
    };
    open();
    return () => {
      source.close();
      clearTimeout(retry);
    };
  }, []);
  return { view, connection };
}

export interface Studied {
  readonly study: Study | null;
  /** Why the pipeline cannot be read now; `study` is then what it last was. */
  readonly refused: Refused | null;
  readonly looking: boolean;
  look(this: void): void;
}

/** The pipeline as it stands, looked at again on demand: one question at a time, the last one is always answered. */
export function useStudy(profile: string): Studied {
  const [state, setState] = useState<Omit<Studied, 'look'>>({ study: null, refused: null, looking: true });
  const asked = useRef({ profile, underway: false, again: false, asked: false });
  const look = useCallback((): void => {
    const { current } = asked;
    if (current.underway) {
      current.again = true;
      return;
    }
    current.underway = true;
    setState((known) => ({ ...known, looking: true }));
    const done = (next: (known: Omit<Studied, 'look'>) => Omit<Studied, 'look'>): void => {
      setState(next);
      current.underway = false;
      current.asked = true;
      if (current.again) {
        current.again = false;
        look();
      }
    };
    // At first whatever is known: a page that shows something at once is looked at again soon enough.
    askStudy(current.profile, current.asked).then(
      (study) => {
        done(() => ({ study, refused: null, looking: false }));
      },
      (error: unknown) => {
        done(({ study }) => ({ study, refused: asRefused(error), looking: false }));
      },
    );
  }, []);
  useEffect(() => {
    asked.current.profile = profile;
    look();
  }, [profile, look]);
  return { ...state, look };
}

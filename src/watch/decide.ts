/**
 * What `watch` does next. Pure: clocks, files and processes are whoever calls this.
 *
 * File events only say when to look; whether anything changed is decided by comparing stats with those the round was started
 * with. So no edit is missed, however it was made and whatever was lost on the way: a round that ran with older content is
 * always followed by another.
 *
 *     running ─changed─▶ stopping ─ended─▶ running, by way of `pausing` while more files are being written
 *        │ ended                                ▲
 *        ▼                                      │
 *      idle ─changed────────────────────────────┘   nothing changed: says what it waits for
 */
export interface State {
  readonly phase: 'running' | 'stopping' | 'pausing' | 'idle' | 'leaving';
  /** Counts the rounds; what was compared for an earlier one says nothing. */
  readonly round: number;
  /** Files were touched a moment ago: more may follow, as in a checkout of another branch. */
  readonly settling: boolean;
  /** It has been said what is waited for. */
  readonly told: boolean;
}

export type Input =
  /** A watched file may have changed. */
  | { readonly kind: 'touched' }
  /** Nothing was touched for a moment. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'compared'; readonly round: number; readonly changed: boolean }
  /** The round's process is gone. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'interrupted' };

export type Deed =
  /** Start the next round. */
  | 'start'
  /** Ask the round's process to end; the second time it ends at once. */
  | 'stop'
  /** Give `settled` after a quiet moment, counted from now. */
  | 'settle'
  | 'compare'
  /** Say what is waited for. */
  | 'wait'
  | 'leave';

export interface Decision {
  readonly state: State;
  readonly deeds: readonly Deed[];
}

export const begin: Decision = {
  state: { phase: 'running', round: 1, settling: false, told: false },
  deeds: ['start'],
};

export function decide(state: State, input: Input): Decision {
  switch (input.kind) {
    case 'touched':
      return state.phase === 'leaving'
        ? stay(state)
        : { state: { ...state, settling: true }, deeds: ['settle'] };
    case 'settled':
      return settled({ ...state, settling: false });
    case 'compared':
      return input.round === state.round ? compared(state, input.changed) : stay(state);
    case 'ended':
      return ended(state);
    case 'interrupted':
      return interrupted(state);
    default:
      return input satisfies never;
  }
}

const stay = (state: State): Decision => ({ state, deeds: [] });

const start = (state: State): Decision => ({
  state: { ...state, phase: 'running', round: state.round + 1, told: false },
  deeds: ['start'],
});

/** Not while files are being written: the round would be out of date at once. Otherwise right after a look at all files. */
const startWhenQuiet = (state: State): Decision =>
  state.settling ? stay({ ...state, phase: 'pausing' }) : start(state);

function settled(state: State): Decision {
  return { state, deeds: state.phase === 'leaving' ? [] : ['compare'] };
}

function compared(state: State, changed: boolean): Decision {
  if (state.phase === 'running' && changed)
    return { state: { ...state, phase: 'stopping' }, deeds: ['stop'] };
  if (state.phase === 'pausing') return startWhenQuiet(state);
  if (state.phase !== 'idle') return stay(state);
  if (changed) return startWhenQuiet(state);
  return state.told ? stay(state) : { state: { ...state, told: true }, deeds: ['wait'] };
}

function ended(state: State): Decision {
  if (state.phase === 'leaving') return { state, deeds: ['leave'] };
  if (state.phase === 'stopping') return startWhenQuiet(state);
  return { state: { ...state, phase: 'idle' }, deeds: state.settling ? [] : ['compare'] };
}

function interrupted(state: State): Decision {
  const hasProcess = state.phase !== 'idle' && state.phase !== 'pausing';
  return { state: { ...state, phase: 'leaving' }, deeds: [hasProcess ? 'stop' : 'leave'] };
}

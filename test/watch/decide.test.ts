import { describe, expect, it } from 'vitest';
import { begin, decide, type Deed, type Input, type State } from '../../src/watch/decide.ts';
import { cases, fc } from '../properties.ts';

/** The state after some inputs, and what the last of them led to. */
function after(...inputs: readonly Input[]): { state: State; deeds: readonly Deed[] } {
  let decision = begin;
  for (const input of inputs) decision = decide(decision.state, input);
  return decision;
}

const touched: Input = { kind: 'touched' };
const settled: Input = { kind: 'settled' };
const ended: Input = { kind: 'ended' };
const interrupted: Input = { kind: 'interrupted' };
const changed = (round = 1): Input => ({ kind: 'compared', round, changed: true });
const same = (round = 1): Input => ({ kind: 'compared', round, changed: false });

describe('rounds', () => {
  it('begin with a run', () => {
    expect(begin.deeds).toEqual(['start']);
  });

  it('are followed by a look at all files, and by waiting where nothing changed', () => {
    expect(after(ended).deeds).toEqual(['compare']);
    expect(after(ended, same()).deeds).toEqual(['wait']);
  });

  it('say what they wait for once', () => {
    expect(after(ended, same(), touched, settled, same()).deeds).toEqual([]);
  });

  it('are followed by another where something changed while they ran', () => {
    expect(after(ended, changed()).deeds).toEqual(['start']);
  });

  it('look only when all is quiet', () => {
    expect(after(touched).deeds).toEqual(['settle']);
    expect(after(touched, touched).deeds).toEqual(['settle']);
    expect(after(touched, settled).deeds).toEqual(['compare']);
  });

  it('are stopped when they are out of date, once', () => {
    const stopping = [touched, settled, changed()];
    expect(after(...stopping).deeds).toEqual(['stop']);
    expect(after(...stopping, touched, settled, changed()).deeds).toEqual([]);
    expect(after(...stopping, ended).deeds).toEqual(['start']);
  });

  it('go on when files were touched and put back', () => {
    expect(after(touched, settled, same())).toMatchObject({ state: { phase: 'running' }, deeds: [] });
  });

  it('do not start while files are being written', () => {
    const flux = [touched, settled, changed(), touched, ended];
    expect(after(...flux)).toMatchObject({ state: { phase: 'pausing' }, deeds: [] });
    expect(after(...flux, settled).deeds).toEqual(['compare']);
    expect(after(...flux, settled, same()).deeds).toEqual(['start']);
    expect(after(...flux, settled, touched, changed()).deeds).toEqual([]);
    expect(after(touched, ended).deeds).toEqual([]);
    expect(after(ended, touched, changed())).toMatchObject({ state: { phase: 'pausing' }, deeds: [] });
  });

  it('pay no heed to what was compared for an earlier round', () => {
    expect(after(ended, changed(), changed(1))).toMatchObject({
      state: { phase: 'running', round: 2 },
      deeds: [],
    });
    expect(after(ended, changed(), changed(2)).deeds).toEqual(['stop']);
  });
});

describe('an interrupt', () => {
  it('ends the watch at once where nothing runs', () => {
    expect(after(ended, same(), interrupted).deeds).toEqual(['leave']);
    expect(after(touched, settled, changed(), touched, ended, interrupted).deeds).toEqual(['leave']);
  });

  it('ends the run first where one goes on; the second one asks again', () => {
    expect(after(interrupted).deeds).toEqual(['stop']);
    expect(after(interrupted, interrupted).deeds).toEqual(['stop']);
    expect(after(interrupted, ended).deeds).toEqual(['leave']);
    expect(after(touched, settled, changed(), interrupted, ended).deeds).toEqual(['leave']);
  });

  it('leaves no room for anything else', () => {
    expect(after(interrupted, touched).deeds).toEqual([]);
    expect(after(touched, interrupted, settled).deeds).toEqual([]);
    expect(after(touched, settled, interrupted, changed()).deeds).toEqual([]);
  });
});

/** A world around the decisions: files have a version, and what happens when is up to the property. */
class World {
  version = 0;
  /** Version the last round to end by itself has read; it reads at some moment after its start. */
  shown = -1;
  private state: State = begin.state;
  private round: { startedWith: number; read: number | null; stopping: boolean } | undefined;
  private looked = 0;
  private quietPending = false;
  private comparing: { round: number } | undefined;
  isWaiting = false;

  constructor() {
    this.perform(begin.deeds);
  }

  private perform(deeds: readonly Deed[]): void {
    for (const deed of deeds) {
      if (deed === 'start') this.round = { startedWith: this.looked, read: null, stopping: false };
      if (deed === 'start') this.isWaiting = false;
      if (deed === 'stop' && this.round) this.round.stopping = true;
      if (deed === 'settle') this.quietPending = true;
      if (deed === 'compare') this.comparing = { round: this.state.round };
      if (deed === 'wait') this.isWaiting = true;
    }
  }

  private startedWith = 0;

  private feed(input: Input): void {
    const { state, deeds } = decide(this.state, input);
    this.state = state;
    this.perform(deeds);
  }

  /** The event may get lost: then only the look after the round can tell. */
  edit(isSeen: boolean): void {
    this.version++;
    if (isSeen) this.feed(touched);
  }

  read(): void {
    if (this.round) this.round.read ??= this.version;
  }

  settle(): void {
    if (!this.quietPending) return;
    this.quietPending = false;
    this.feed(settled);
  }

  compare(): void {
    const { comparing } = this;
    if (!comparing) return;
    this.comparing = undefined;
    this.looked = this.version;
    const { startedWith } = this.round ?? { startedWith: this.startedWith };
    this.feed({ kind: 'compared', round: comparing.round, changed: this.version !== startedWith });
  }

  end(): void {
    const { round } = this;
    if (!round) return;
    if (!round.stopping) this.shown = round.read ?? this.version;
    this.startedWith = round.startedWith;
    this.round = undefined;
    this.feed(ended);
  }

  rest(): void {
    for (let i = 0; i < 20; i++) {
      this.settle();
      this.compare();
      this.end();
    }
  }
}

describe('however edits, looks and runs fall together', () => {
  const action = fc.constantFrom('seen', 'unseen', 'read', 'settle', 'compare', 'end');

  it('the last round has read the last version, and the watch waits', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const world = new World();
        const act = {
          seen: () => {
            world.edit(true);
          },
          // Lost while a round goes on, as when the watches are being laid anew.
          unseen: () => {
            world.edit(world.isWaiting);
          },
          read: () => {
            world.read();
          },
          settle: () => {
            world.settle();
          },
          compare: () => {
            world.compare();
          },
          end: () => {
            world.end();
          },
        };
        for (const name of actions) act[name]();
        world.rest();
        expect(world.isWaiting).toBe(true);
        expect(world.shown).toBe(world.version);
      }),
      cases(2000),
    );
  });
});

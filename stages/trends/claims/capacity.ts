/** Claim ix: with stronger control of spectral norms the error gap turns from rising to falling; the loss gap always falls. */
import { gapAbove0, spectralControlActs } from '../gates.ts';
import { errorGap, lossGap, type Measure } from '../measures.ts';
import { all, on, slope, type Claim, type Part } from '../proposition.ts';
import { controlledRole, type Role } from '../roles.ts';

const delta = { value: 0.005, why: 'half a point over the range of strengths, as for other error rates' };
const ofGap = { share: 0.05, of: lossGap, why: 'a twentieth of the gap at the weakest strength' };

const sloped = (name: string, title: string, gap: Measure, sign: 1 | -1): Part =>
  slope(name, gap, sign, {
    delta: gap === lossGap ? ofGap : delta,
    needs: ['training'],
    gates: [spectralControlActs, gapAbove0(title, gap)],
  });
const errorGapRises = (where: string) => sloped(`error gap rises ${where}`, 'error gap', errorGap, 1);
const errorGapFalls = (where: string) => sloped(`error gap falls ${where}`, 'error gap', errorGap, -1);
const lossGapFalls = (where: string) => sloped(`loss gap falls ${where}`, 'loss gap', lossGap, -1);

/** @param levels of spectral control; without any, level 1 stands for what is absent */
export function capacity(levels: readonly number[]): Claim {
  const strongest = levels.length === 0 ? 1 : Math.min(...levels);
  const controlled = (levels.length === 0 ? [strongest] : levels).map((level): [Role, string] => [
    controlledRole(level),
    `at SP ${level}`,
  ]);
  return {
    id: 'ix',
    words:
      'with stronger spectral control the error gap turns from rising to falling; the loss gap always falls',
    on: {
      main: all(
        'turn of the error gap, fall of the loss gap',
        on('main', errorGapRises('without control')),
        on(controlledRole(strongest), errorGapFalls(`at SP ${strongest}`)),
        on('main', lossGapFalls('without control')),
        ...controlled.map(([role, where]) => on(role, lossGapFalls(where))),
      ),
    },
    controls: [],
  };
}

/** `push`, `pull` and `keys` for people. Pure. */
import { bytes, enumerate, plural } from './measures.ts';

interface PushView {
  readonly name: string;
  readonly pushed: readonly {
    readonly step: string;
    readonly isNew: boolean;
    readonly files: number;
    readonly bytes: number;
    readonly differs: boolean;
  }[];
  readonly notFresh: readonly string[];
  readonly problem: string | null;
}

const mostNames = 5;
const named = (names: readonly string[]): string => enumerate(names, mostNames);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

export function pushText({ name, pushed, notFresh, problem }: PushView): string {
  const news = pushed.filter(({ isNew }) => isNew);
  const files = plural(sum(pushed.map((one) => one.files)), 'file');
  const size = bytes(sum(pushed.map((one) => one.bytes)));
  const differing = pushed.filter(({ differs }) => differs).map(({ step }) => step);
  return [
    `pushed ${plural(news.length, 'result')} (${files}, ${size}) to ${name}; ${pushed.length - news.length} were there`,
    ...(differing.length > 0
      ? [`not deterministic: ${named(differing)} came out differently there, and stays so`]
      : []),
    ...(notFresh.length > 0 ? [`not pushed, since not up to date: ${named(notFresh)}`] : []),
    ...(problem === null ? [] : [`then it failed: ${problem}`]),
  ].join('\n');
}

export function pullText(
  name: string,
  steps: readonly {
    readonly step: string;
    readonly key: string | null;
    readonly outcome: 'present' | 'pulled' | 'absent';
    readonly refused?: string;
  }[],
): string {
  const of = (outcome: string): string[] =>
    steps.filter((one) => one.outcome === outcome).map(({ step }) => step);
  const refused = steps.filter((one) => one.refused !== undefined);
  const absent = steps.filter((one) => one.outcome === 'absent' && one.key !== null && !one.refused);
  const unknown = steps.filter(({ key }) => key === null).length;
  return [
    `pulled ${plural(of('pulled').length, 'result')} from ${name}; ${of('present').length} were here`,
    ...refused.slice(0, mostNames).map((one) => `not used: ${one.step}, whose result there ${one.refused!}`),
    ...(absent.length > 0 ? [`not there: ${named(absent.map(({ step }) => step))}`] : []),
    ...(unknown > 0 ? [`not looked for, since they depend on those: ${plural(unknown, 'step')}`] : []),
  ].join('\n');
}

export function keysText({
  own,
  file,
  remote,
  trusted,
}: {
  readonly own: string | null;
  readonly file: string;
  readonly remote?: string | null;
  readonly trusted?: 'anyone' | readonly string[];
}): string {
  return [
    own === null ? `no key of your own: ar-pipe keys new makes one` : `${own}  your own, in ${file}`,
    ...(trusted === undefined ? [] : trustLines(own, trusted)),
    ...(remote === undefined ? [] : [`shared cache: ${remote ?? 'none'}`]),
  ].join('\n');
}

function trustLines(own: string | null, trusted: 'anyone' | readonly string[]): string[] {
  if (trusted === 'anyone') return ['results of anyone are used, signed or not'];
  return trusted.filter((key) => key !== own).map((key) => `${key}  trusted`);
}

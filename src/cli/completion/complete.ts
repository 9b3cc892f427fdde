/** What could stand where the cursor is. Pure. */
export interface Candidate {
  readonly value: string;
  readonly does: string;
}

export interface FlagShape {
  /** `-j` and `--jobs`. */
  readonly names: readonly string[];
  /** What its value is called (`selectors`, `dir`, …), or null for a switch. */
  readonly value: string | null;
  /** Takes values up to the next flag. */
  readonly several: boolean;
  readonly does: string;
}

export interface CommandShape {
  readonly name: string;
  readonly does: string;
  readonly flags: readonly FlagShape[];
  /** What its arguments are called; the last one may be repeated. */
  readonly arguments: readonly string[];
}

/** Names a pipeline gives. */
export interface Names {
  readonly targets: readonly string[];
  readonly steps: readonly string[];
  readonly profiles: readonly string[];
  /** Each list of parameters that steps have, once; and which of them each step has, in the order of `steps`. */
  readonly params: readonly (readonly string[])[];
  readonly paramsOf: readonly number[];
}

/** Values of flags that are known beforehand. */
const choices: Readonly<Record<string, readonly string[]>> = {
  '--format': ['text', 'mermaid', 'dot', 'svg', 'json'],
  '--on-failure': ['stop', 'continue', 'kill'],
  '--env': ['any', 'exact'],
  '--executor': ['local'],
  '--progress': ['auto', 'fancy', 'plain', 'none'],
};

/** More names than these are offered part by part: `train/` first. */
const mostNames = 100;

/**
 * `words`: what follows the program's name up to the cursor, the last one being written, perhaps empty. `names` is asked only
 * where it matters. None at all: the shell may offer files.
 */
export async function complete(
  words: readonly string[],
  commands: readonly CommandShape[],
  common: readonly FlagShape[],
  names: () => Promise<Names>,
): Promise<Candidate[]> {
  const current = words.at(-1) ?? '';
  const { command, open, position, used } = read(words.slice(0, -1), commands, common);
  const [, name, begun] = /^(--[\w-]+)=(.*)$/.exec(current) ?? [];
  if (name !== undefined && begun !== undefined) {
    const flag = [...(command?.flags ?? []), ...common].find(({ names: all }) => all.includes(name));
    const values = flag?.value == null ? [] : startingWith(begun, await valuesOf(flag, begun, names));
    return values.map(({ value, does }) => ({ value: `${name}=${value}`, does }));
  }
  if (open && !(open.several && current.startsWith('-')))
    return startingWith(current, await valuesOf(open, current, names));
  if (current.startsWith('-')) {
    const flags = [...(command?.flags ?? []), ...common];
    const left = flags.filter((flag) => flag.several || !flag.names.some((name) => used.has(name)));
    return startingWith(current, unique(left.map(({ names: all, does }) => ({ value: all.at(-1)!, does }))));
  }
  if (!command)
    return startingWith(
      current,
      commands.map(({ name, does }) => ({ value: name, does })),
    );
  const argument = command.arguments[Math.min(position, command.arguments.length - 1)];
  return argument === undefined ? [] : startingWith(current, await argumentsOf(argument, current, names));
}

/** The value a flag was given, by any of its names; `-C` decides whose names are offered. */
export function valueIn(words: readonly string[], names: readonly string[]): string | undefined {
  const at = words.slice(0, -1).findLastIndex((word) => names.includes(word));
  return at < 0 || at + 1 >= words.length - 1 ? undefined : words[at + 1];
}

interface Read {
  readonly command: CommandShape | undefined;
  /** The flag whose value comes next. */
  readonly open: FlagShape | undefined;
  /** How many arguments there are already. */
  readonly position: number;
  readonly used: ReadonlySet<string>;
}

function read(
  words: readonly string[],
  commands: readonly CommandShape[],
  common: readonly FlagShape[],
): Read {
  let command: CommandShape | undefined;
  let open: FlagShape | undefined;
  let position = 0;
  const used = new Set<string>();
  for (const word of words) {
    const flag = [...(command?.flags ?? []), ...common].find(({ names }) => names.includes(word));
    if (flag) {
      used.add(word);
      open = flag.value === null ? undefined : flag;
    } else if (open) {
      if (!open.several) open = undefined;
    } else if (word.startsWith('-')) continue;
    else if (command) position++;
    else command = commands.find(({ name }) => name === word);
  }
  return { command, open, position, used };
}

async function valuesOf(
  { names: flags, value }: FlagShape,
  current: string,
  names: () => Promise<Names>,
): Promise<Candidate[]> {
  const known = choices[flags.at(-1)!];
  if (known) return plain(known);
  if (flags.includes('--profile')) return plain((await names()).profiles, 'profile');
  if (value === 'assignment...') return assignments(await names(), current);
  return argumentsOf(value ?? '', current, names);
}

async function argumentsOf(
  argument: string,
  current: string,
  names: () => Promise<Names>,
): Promise<Candidate[]> {
  if (argument === 'shell') return plain(['bash', 'zsh', 'fish']);
  const isSelector = argument.startsWith('selectors');
  if (!isSelector && !['step', 'a', 'b'].includes(argument)) return [];
  const { targets, steps } = await names();
  const all = [
    ...plain(targets, 'target'),
    ...plain(
      steps.filter((step) => !targets.includes(step)),
      'step',
    ),
  ];
  const upstream = isSelector && current.startsWith('+');
  return inParts(upstream ? all.map(({ value, does }) => ({ value: `+${value}`, does })) : all, current);
}

/** A step with a point, then its parameters: `train/0.`, `train/0.epochs=`. */
function assignments({ steps, params, paramsOf }: Names, current: string): Candidate[] {
  const parameters = steps.flatMap((step, i) =>
    current.startsWith(`${step}.`) ? params[paramsOf[i]!]!.map((name) => `${step}.${name}=`) : [],
  );
  if (parameters.length > 0) return plain(parameters, 'parameter');
  const settable = steps.filter((_, i) => params[paramsOf[i]!]!.length > 0);
  return inParts(plain(settable.map((step) => `${step}.`)), current);
}

/** A thousand steps of a grid are a few names and a slash. */
function inParts(all: readonly Candidate[], current: string): Candidate[] {
  const matching = all.filter(({ value }) => value.startsWith(current));
  if (matching.length <= mostNames) return matching;
  const parts = matching.map(({ value, does }) => {
    const slash = value.indexOf('/', current.length);
    return slash < 0 ? { value, does } : { value: value.slice(0, slash + 1), does: 'steps' };
  });
  return unique(parts);
}

const plain = (values: readonly string[], does = ''): Candidate[] => values.map((value) => ({ value, does }));

const startingWith = (current: string, candidates: readonly Candidate[]): Candidate[] =>
  candidates.filter(({ value }) => value.startsWith(current));

const unique = (candidates: readonly Candidate[]): Candidate[] => [
  ...new Map(candidates.map((candidate) => [candidate.value, candidate])).values(),
];

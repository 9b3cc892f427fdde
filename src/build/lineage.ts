/** Where a file came from, and what came of it: digests followed through the recipes of a graph's results. Pure. */
import type { RecipeInput } from '../key/recipe.ts';
import { closure, downstream, type Graph } from '../pipeline/graph.ts';
import type { Step } from '../pipeline/step.ts';
import type { Entry } from '../store/store.ts';

/** What is known of a result, from its entry or from memory. */
export type Known = Pick<Entry, 'key' | 'recipe' | 'outputs'> & {
  readonly facts: Pick<Entry['facts'], 'startedAt'>;
};
export type KnownOf = (step: Step) => Known | undefined;

export interface Named {
  readonly step: string;
  /** Of an output, or of a need. */
  readonly name: string;
  readonly digest: string;
}

export interface Behind {
  readonly step: string;
  /** Null where the step has no result. */
  readonly key: string | null;
  readonly startedAt: string | null;
  /** Digests by need; of several by the cell's number. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Digests by output. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Lineage {
  /** Digests that were followed: of the file, or of all outputs of the steps named. */
  readonly digests: readonly string[];
  readonly madeBy: readonly Named[];
  readonly usedBy: readonly Named[];
  /** Steps that stand on it, near and far, in graph order. */
  readonly leadsTo: readonly string[];
  /** Targets among these, or that hold them. */
  readonly targets: readonly string[];
  /** The steps that made it and all they stand on, each after its needs. */
  readonly behind: readonly Behind[];
}

/** Of all that these steps made. */
export function lineageOfSteps(steps: readonly Step[], graph: Graph, knownOf: KnownOf): Lineage {
  const made = steps.flatMap((step) => outputsOf(step, knownOf));
  return follow(made, new Set(made.map(({ digest }) => digest)), graph, knownOf);
}

/** Of the bytes with this digest, or whose digest begins so: of a file, a file in a folder, or a whole folder. */
export function lineageOfDigest(digest: string, graph: Graph, knownOf: KnownOf): Lineage {
  const found = graph.steps
    .flatMap((step) => outputsOf(step, knownOf))
    .filter((each) => each.digest.startsWith(digest));
  const inputs = graph.steps
    .flatMap((step) => inputsOf(step, knownOf))
    .filter((each) => each.digest.startsWith(digest));
  // What uses a folder uses each file in it.
  const folders = found.flatMap(({ step, name }) =>
    Object.entries(knownOf(graph.byName.get(step)!)?.outputs ?? {}).flatMap(([output, ref]) =>
      ref.kind === 'dir' && name.startsWith(`${output}/`) ? [ref.digest] : [],
    ),
  );
  return follow(
    found,
    new Set([...found, ...inputs].map((each) => each.digest).concat(folders)),
    graph,
    knownOf,
  );
}

function follow(
  madeBy: readonly Named[],
  digests: ReadonlySet<string>,
  graph: Graph,
  knownOf: KnownOf,
): Lineage {
  const usedBy = graph.steps
    .flatMap((step) => inputsOf(step, knownOf))
    .filter(({ digest }) => digests.has(digest));
  const makers = stepsNamed(madeBy, graph);
  const after = downstream(graph, stepsNamed(usedBy, graph));
  const concerned = new Set([...makers, ...after]);
  return {
    digests: [...digests],
    madeBy,
    usedBy,
    leadsTo: after.map(({ name }) => name),
    targets: [...graph.targets].flatMap(([target, members]) =>
      members.some((step) => concerned.has(step)) ? [target] : [],
    ),
    behind: closure(makers).map((step) => behind(step, knownOf)),
  };
}

const stepsNamed = (named: readonly Named[], { byName }: Graph): Step[] =>
  [...new Set(named.map(({ step }) => step))].map((name) => byName.get(name)!);

function outputsOf(step: Step, knownOf: KnownOf): Named[] {
  return Object.entries(knownOf(step)?.outputs ?? {}).flatMap(([name, output]) => {
    const whole = { step: step.name, name, digest: output.digest };
    if (output.kind === 'file') return [whole];
    const files = Object.entries(output.files);
    return [
      whole,
      ...files.map(([path, { digest }]) => ({ step: step.name, name: `${name}/${path}`, digest })),
    ];
  });
}

function inputsOf(step: Step, knownOf: KnownOf): Named[] {
  return Object.entries(knownOf(step)?.recipe.inputs ?? {}).flatMap(([need, input]) =>
    listOf(input).map(({ digest }, i) => ({
      step: step.name,
      name: 'digest' in input ? need : `${need}[${i}]`,
      digest,
    })),
  );
}

const listOf = (input: RecipeInput | readonly RecipeInput[]): readonly RecipeInput[] =>
  'digest' in input ? [input] : input;

function behind(step: Step, knownOf: KnownOf): Behind {
  const known = knownOf(step);
  const outputs = Object.entries(known?.outputs ?? {});
  return {
    step: step.name,
    key: known?.key ?? null,
    startedAt: known?.facts.startedAt ?? null,
    inputs: Object.fromEntries(inputsOf(step, knownOf).map(({ name, digest }) => [name, digest])),
    outputs: Object.fromEntries(outputs.map(([name, { digest }]) => [name, digest])),
  };
}

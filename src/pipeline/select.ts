/** What a user means by SEL: a target, a step, a glob over step names, `+STEP` (with its needs) or `STEP+` (with what needs it). */
import { distance } from 'fastest-levenshtein';
import picomatch from 'picomatch';
import { PipelineError } from '../core/failure.ts';
import { closure, downstream, type Graph } from './graph.ts';
import type { Step } from './step.ts';

export interface Selection {
  /** The steps named, in graph order; a run also needs their closure. */
  readonly steps: readonly Step[];
  /** Targets named, or reached by a glob over nothing but steps. */
  readonly targets: readonly string[];
}

export function select(graph: Graph, selectors: readonly string[]): Selection {
  const chosen = new Set<Step>();
  const targets = new Set<string>();
  for (const selector of selectors) {
    const found = resolve(graph, selector, targets);
    if (found.length === 0) throw unknown(graph, selector);
    for (const step of found) chosen.add(step);
  }
  return { steps: graph.steps.filter((step) => chosen.has(step)), targets: [...targets] };
}

/** The one step a command such as `why` is about. A target of one step counts as its step. */
export function selectOne(graph: Graph, name: string): Step {
  const found =
    graph.byName.get(name) ??
    (graph.targets.get(name)?.length === 1 ? graph.targets.get(name)![0] : undefined);
  if (found) return found;
  if (graph.targets.has(name)) {
    throw new PipelineError({
      reason: 'usage',
      message: `target '${name}' has ${graph.targets.get(name)!.length} steps; name one`,
      hint: `for instance ${graph.targets.get(name)![0]?.name ?? ''}`,
    });
  }
  throw unknown(graph, name);
}

function resolve(graph: Graph, selector: string, targets: Set<string>): readonly Step[] {
  if (selector.startsWith('+')) return closure(base(graph, selector.slice(1), targets));
  if (selector.endsWith('+')) return downstream(graph, base(graph, selector.slice(0, -1), targets));
  return base(graph, selector, targets);
}

function base(graph: Graph, selector: string, targets: Set<string>): readonly Step[] {
  const target = graph.targets.get(selector);
  if (target) {
    targets.add(selector);
    return target;
  }
  const step = graph.byName.get(selector);
  if (step) return [step];
  if (!/[*?[{]/.test(selector)) return [];
  const matches = picomatch(selector, { dot: true });
  return graph.steps.filter((candidate) => matches(candidate.name));
}

function unknown(graph: Graph, selector: string): PipelineError {
  const name = selector.replace(/^\+|\+$/g, '');
  const near = nearest(name, [...graph.targets.keys(), ...graph.byName.keys()]);
  return new PipelineError({
    reason: 'unknown-target',
    message: `no target or step matches '${selector}'`,
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : `ar-pipe list shows all names`,
  });
}

/** Up to three names that a slip of the fingers could have meant, nearest first. */
export function nearest(name: string, candidates: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= limit || candidate.toLowerCase().startsWith(name.toLowerCase()))
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

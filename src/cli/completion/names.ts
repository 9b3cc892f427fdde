/**
 * Names for completion, remembered with the stats of the files they follow from, since a shell waits for them:
 *
 *     <state>/names.json
 *
 * Nothing that takes long to load is imported before it is known to be needed.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { settledSignature, statSignature } from '../../key/stat.ts';
import type { Json } from '../../core/json.ts';
import { findProject, type Project } from '../../pipeline/project.ts';
import type { Step } from '../../pipeline/step.ts';
import type { CommonOptions } from '../options.ts';
import type { Names } from './complete.ts';

interface Remembered {
  /** Signatures of the sources; null for what was not there, empty for what was too young to be trusted. */
  readonly trust: Readonly<Record<string, string | null>>;
  readonly names: Names;
}

const format = 'ar-pipe/names/2';
const none: Names = { targets: [], steps: [], profiles: [], params: [], paramsOf: [] };

/** A pipeline that does not load has no names: a completion says nothing of errors. */
export async function pipelineNames(
  options: Pick<CommonOptions, 'directory' | 'pipeline' | 'profile'>,
): Promise<Names> {
  try {
    const project = findProject(options.directory, options.pipeline);
    const path = join(project.state, 'names.json');
    // One of the pipeline's own profiles cannot be empty text.
    const place = JSON.stringify([project.pipelineFile, options.profile ?? '']);
    const known = readAll(path);
    const found = known[place];
    if (found && Object.entries(found.trust).every(([file, was]) => (statSignature(file) ?? null) === was))
      return found.names;
    const made = await load(project, options.profile);
    writeAll(path, { ...known, [place]: made });
    return made.names;
  } catch {
    return none;
  }
}

async function load(project: Project, profile: string | undefined): Promise<Remembered> {
  const [{ createCoder }, { loadPipeline }] = await Promise.all([
    import('../../key/code.ts'),
    import('../../pipeline/load.ts'),
  ]);
  const started = Date.now();
  const sources: string[] = [];
  const coder = createCoder(project.folder, project.state, (paths) => sources.push(...paths));
  const { graph, pipeline } = await loadPipeline(project, coder, { profile });
  const trust = sources.map((path) => [
    path,
    statSignature(path) === undefined ? null : (settledSignature(path, started) ?? ''),
  ]);
  return {
    trust: Object.fromEntries(trust) as Remembered['trust'],
    names: {
      targets: [...graph.targets.keys()],
      steps: [...graph.byName.keys()],
      profiles: Object.keys(pipeline.profiles ?? {}),
      ...parametersOf(graph.steps),
    },
  };
}

/** Steps of a grid have the same ones: each list is kept once. */
function parametersOf(steps: readonly Step[]): Pick<Names, 'params' | 'paramsOf'> {
  const lists = new Map<string, { readonly at: number; readonly names: readonly string[] }>();
  const paramsOf = steps.map(({ params }) => {
    const names = settable(params);
    const id = JSON.stringify(names);
    if (!lists.has(id)) lists.set(id, { at: lists.size, names });
    return lists.get(id)!.at;
  });
  return { params: [...lists.values()].map(({ names }) => names), paramsOf };
}

/** What `--set` can name, `a.b` inside of objects. */
const settable = (params: Json): string[] =>
  typeof params !== 'object' || params === null || Array.isArray(params)
    ? []
    : Object.entries(params).flatMap(([name, value]) => {
        const inside = settable(value);
        return inside.length > 0 ? inside.map((each) => `${name}.${each}`) : [name];
      });

function readAll(path: string): Readonly<Record<string, Remembered>> {
  try {
    const stored = JSON.parse(readFileSync(path, 'utf8')) as {
      format: string;
      of: Record<string, Remembered>;
    };
    return stored.format === format ? stored.of : {};
  } catch {
    return {};
  }
}

function writeAll(path: string, of: Readonly<Record<string, Remembered>>): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, JSON.stringify({ format, of }));
  renameSync(unfinished, path);
}

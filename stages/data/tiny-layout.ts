/**
 * The layout of Tiny-ImageNet's archive (Stanford CS231n): which members are pictures of which class, and their order. Labels
 * number the classes in the order of wnids.txt. Numbers of classes and pictures come from the files.
 */

/** A member that is a picture, and its label. */
export interface Listed {
  readonly name: string;
  readonly label: number;
}

/** Where the set lies in the archive: the folder of wnids.txt, with its slash. @throws an error naming the archive without one */
export function rootOf(names: readonly string[], archive: string): string {
  const found = names.filter((name) => /(^|\/)wnids\.txt$/.test(name));
  if (found.length !== 1) {
    throw new Error(
      `${archive} has ${found.length} members wnids.txt, not one: is it the archive it should be?`,
    );
  }
  return found[0]!.slice(0, -'wnids.txt'.length);
}

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line !== '');

/** Class ids in the order that numbers the labels. `source` stands for the file in messages, here and below. */
export function parseClasses(text: string, source: string): Map<string, number> {
  const labels = new Map<string, number>();
  for (const id of linesOf(text)) {
    if (labels.has(id)) throw new Error(`${source} names the class ${id} twice`);
    labels.set(id, labels.size);
  }
  if (labels.size < 2) throw new Error(`${source} names ${labels.size} classes; two are the least`);
  return labels;
}

/** Words of every class, by label. The file has lines for all of WordNet. @throws where a class has none */
export function parseWords(text: string, classes: ReadonlyMap<string, number>, source: string): string[] {
  const words = new Map(linesOf(text).map((line) => line.split('\t') as [string, string | undefined]));
  return [...classes.keys()].map((id) => {
    const found = words.get(id);
    if (found === undefined || found === '') throw new Error(`${source} has no words for the class ${id}`);
    return found;
  });
}

/**
 * Training pictures: the first of every class, the second of every class, …, so that the first n are spread over the classes.
 * Within a class the numbers in the names order them. @throws where a folder is of no class, or a class has no pictures
 */
export function listTraining(
  names: readonly string[],
  root: string,
  classes: ReadonlyMap<string, number>,
  archive: string,
): Listed[] {
  const byLabel = [...classes].map((): string[] => []);
  for (const name of names) {
    const id =
      name.startsWith(root) && /^train\/([^/]+)\/images\/[^/]+\.jpe?g$/i.exec(name.slice(root.length))?.[1];
    if (id === false || id === undefined) continue;
    const label = classes.get(id);
    if (label === undefined) {
      throw new Error(`${archive} holds ${name}, but its wnids.txt has no class ${id}`);
    }
    byLabel[label]!.push(name);
  }
  for (const [id, label] of classes) {
    if (byLabel[label]!.length === 0)
      throw new Error(`${archive} has no training pictures of the class ${id}, which its wnids.txt names`);
    byLabel[label]!.sort(byNumber);
  }
  const most = Math.max(...byLabel.map((members) => members.length));
  return Array.from({ length: most }, (_, rank) =>
    byLabel.flatMap((members, label) => (rank < members.length ? [{ name: members[rank]!, label }] : [])),
  ).flat();
}

/**
 * Validation pictures with the labels of val_annotations.txt (lines of file, class id, box), ordered by the numbers in their
 * names. @throws where the file and the pictures present do not agree, or a class is unknown
 */
export function listValidation(
  names: readonly string[],
  root: string,
  annotations: string,
  classes: ReadonlyMap<string, number>,
  source: string,
): Listed[] {
  const folder = `${root}val/images/`;
  const left = new Set(names.filter((name) => name.startsWith(folder) && /\.jpe?g$/i.test(name)));
  const listed = linesOf(annotations).map((line, i): Listed => {
    const [file = '', id = ''] = line.split('\t');
    const label = classes.get(id);
    if (label === undefined) {
      throw new Error(`${source}, line ${i + 1}: wnids.txt has no class '${id}' (picture '${file}')`);
    }
    if (!left.delete(folder + file)) {
      throw new Error(
        `${source}, line ${i + 1}: the picture '${file}' is not in the archive, or named twice`,
      );
    }
    return { name: folder + file, label };
  });
  const [without] = left;
  if (without !== undefined) throw new Error(`${source} has no line for the picture ${without}`);
  if (listed.length === 0) throw new Error(`${source} names no pictures`);
  return listed.sort((a, b) => byNumber(a.name, b.name));
}

/** By the number before the extension; by the whole name where there is none, or the same one. */
function byNumber(a: string, b: string): number {
  const [m, n] = [a, b].map((name) => Number(/(\d+)\.[^.]*$/.exec(name)?.[1] ?? -1)) as [number, number];
  return m - n || (a < b ? -1 : 1);
}

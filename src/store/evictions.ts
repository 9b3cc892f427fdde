/** Which results a collector gives up, and in which order. Pure. */

/** A result, or the checkpoint of an unfinished step. */
export interface Candidate {
  readonly kind: 'result' | 'checkpoint';
  readonly key: string;
  /** Null for a checkpoint: its key alone is known. */
  readonly step: string | null;
  /** What it took to make it; 0 for a checkpoint, whose step is not wanted as it was. */
  readonly ms: number;
  /** Milliseconds since it was made. */
  readonly ageMs: number;
  /** Bytes it alone takes, beside its objects. */
  readonly ownBytes: number;
  /** Digests of its objects. */
  readonly objects: readonly string[];
  /** `in-use`: by a live process, never given up. `needed`: by a target as it stands, given up last and only by force. */
  readonly hold: 'in-use' | 'needed' | 'none';
}

export interface Limits {
  readonly maxBytes?: number | undefined;
  readonly maxAgeMs?: number | undefined;
}

export interface Eviction {
  readonly candidate: Candidate;
  readonly because: 'age' | 'size';
  /** What is free after it, beyond what was free before. */
  readonly bytes: number;
}

export interface Choice {
  readonly evictions: readonly Eviction[];
  /** Bytes that stay. */
  readonly bytes: number;
  readonly objects: ReadonlySet<string>;
}

/**
 * By age first; then, until the size fits, whatever is cheapest to make again per byte it frees. `sizes`: bytes of each object.
 * With `force` what targets need may go too, after all else.
 */
export function chooseEvictions(
  candidates: readonly Candidate[],
  sizes: ReadonlyMap<string, number>,
  { maxBytes, maxAgeMs }: Limits,
  force: boolean,
): Choice {
  const users = new Map<string, number>();
  for (const { objects } of candidates)
    for (const digest of new Set(objects)) users.set(digest, (users.get(digest) ?? 0) + 1);
  const sizeOf = (digest: string): number => sizes.get(digest) ?? 0;
  let bytes = candidates.reduce((sum, { ownBytes }) => sum + ownBytes, 0);
  for (const digest of users.keys()) bytes += sizeOf(digest);

  const evictions: Eviction[] = [];
  const evict = (candidate: Candidate, because: Eviction['because']): void => {
    let freed = candidate.ownBytes;
    for (const digest of new Set(candidate.objects)) {
      const left = users.get(digest)! - 1;
      users.set(digest, left);
      if (left === 0) freed += sizeOf(digest);
    }
    bytes -= freed;
    evictions.push({ candidate, because, bytes: freed });
  };

  const free = candidates.filter(({ hold }) => hold === 'none' || (force && hold === 'needed'));
  const old = free.filter(({ ageMs }) => maxAgeMs !== undefined && ageMs >= maxAgeMs);
  for (const candidate of inOrder(old, candidates, sizeOf)) evict(candidate, 'age');
  if (maxBytes !== undefined) {
    const gone = new Set(old);
    const rest = free.filter((candidate) => !gone.has(candidate));
    for (const candidate of inOrder(rest, candidates, sizeOf)) {
      if (bytes <= maxBytes) break;
      evict(candidate, 'size');
    }
  }
  const kept = [...users].filter(([, left]) => left > 0).map(([digest]) => digest);
  return { evictions, bytes, objects: new Set(kept) };
}

/** What no target needs first; then the cheapest to make again per byte that could become free; then the oldest. */
function inOrder(
  some: readonly Candidate[],
  all: readonly Candidate[],
  sizeOf: (digest: string) => number,
): readonly Candidate[] {
  const among = new Set(some);
  const heldByOthers = new Set(
    all.filter((candidate) => !among.has(candidate)).flatMap(({ objects }) => objects),
  );
  const cost = new Map(
    some.map((candidate) => {
      const own = [...new Set(candidate.objects)].filter((digest) => !heldByOthers.has(digest));
      const bytes = own.reduce((sum, digest) => sum + sizeOf(digest), candidate.ownBytes);
      return [candidate, candidate.ms / Math.max(1, bytes)];
    }),
  );
  const rank = ({ hold }: Candidate): number => (hold === 'none' ? 0 : 1);
  return [...some].sort(
    (a, b) =>
      rank(a) - rank(b) || cost.get(a)! - cost.get(b)! || b.ageMs - a.ageMs || (a.key < b.key ? -1 : 1),
  );
}

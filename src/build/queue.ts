/** A priority queue: a binary heap, so that a hundred thousand waiting steps cost no more than their number. */
export interface Queue<T> {
  readonly size: number;
  /** What comes before all others, still in the queue. */
  first(): T | undefined;
  push(item: T): void;
  /** Takes the first one out. */
  shift(): T | undefined;
  /** Takes out all for which `leaves` is true; they are given back in no order. */
  remove(leaves: (item: T) => boolean): T[];
}

/** `before` is a strict order. */
export function createQueue<T>(before: (a: T, b: T) => boolean): Queue<T> {
  let heap: T[] = [];

  const rise = (item: T, from: number): void => {
    let at = from;
    for (let parent; at > 0 && before(item, heap[(parent = (at - 1) >> 1)]!); at = parent)
      heap[at] = heap[parent]!;
    heap[at] = item;
  };
  const sink = (item: T): void => {
    let at = 0;
    for (let child; (child = 2 * at + 1) < heap.length; at = child) {
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, item)) break;
      heap[at] = heap[child]!;
    }
    heap[at] = item;
  };
  return {
    get size() {
      return heap.length;
    },
    first: () => heap[0],
    push(item) {
      rise(item, heap.length);
    },
    shift() {
      const first = heap[0];
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) sink(last);
      return first;
    },
    remove(leaves) {
      const gone = heap.filter((item) => leaves(item));
      if (gone.length === 0) return gone;
      const rest = heap.filter((item) => !leaves(item));
      heap = [];
      for (const item of rest) rise(item, heap.length);
      return gone;
    },
  };
}

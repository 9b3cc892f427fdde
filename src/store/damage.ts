/** What is wrong with something in the store, for the one notice the user gets. */
export interface Damage {
  readonly kind: 'object' | 'entry' | 'index';
  /** Digest of the object, key of the entry, or key without environment in the index. */
  readonly name: string;
  /** As in `has 12 bytes instead of 40`. */
  readonly why: string;
  /** Where it was moved to, or null where it could not be moved. */
  readonly movedTo: string | null;
}

export type OnDamage = (damage: Damage) => void;

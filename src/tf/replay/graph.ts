/** A recorded computation as data: TensorFlow's GraphDef, as far as recording needs it. */
import type { OpAttribute } from '../backend/binding.ts';

/** Output `index` of a node, written `node:index` in TensorFlow. */
export type Edge = `${string}:${number}`;

/** What comes out of an operation. */
export interface Output {
  /** TensorFlow's number of the type. */
  readonly dtype: number;
  readonly shape: readonly number[];
}

export type GraphNode =
  | {
      readonly kind: 'input';
      readonly name: string;
      /** TensorFlow's number of the type. */
      readonly dtype: number;
      readonly shape: readonly number[];
    }
  | {
      readonly kind: 'constant';
      readonly name: string;
      readonly dtype: number;
      readonly shape: readonly number[];
      /** The elements, row by row, little-endian. */
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'operation';
      readonly name: string;
      readonly op: string;
      readonly inputs: readonly Edge[];
      readonly attributes: readonly OpAttribute[];
      readonly outputs: readonly Output[];
    };

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly Edge[];
  readonly outputs: readonly Edge[];
}

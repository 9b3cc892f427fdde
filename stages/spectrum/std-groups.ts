/** Layers in which the STD of singular values fell, or rose, from a weaker to a stronger training attack (appendix B.2). */
export interface StdGroup {
  readonly layers: number;
  /** Sum of the differences, as a positive number. */
  readonly sum: number;
  /** Their mean; 0 for no layers. */
  readonly mean: number;
}

export interface StdGroups {
  /** STD smaller under the stronger attack: the paper's first group. */
  readonly fell: StdGroup;
  readonly rose: StdGroup;
}

/** Groups of d_l = weaker_l - stronger_l over the layers; a layer with equal STDs is in neither. */
export function stdGroups(weaker: readonly number[], stronger: readonly number[]): StdGroups {
  if (weaker.length !== stronger.length) {
    throw new RangeError(`STDs of ${weaker.length} layers against those of ${stronger.length}`);
  }
  const differences = weaker.map((std, layer) => std - stronger[layer]!);
  return {
    fell: group(differences.filter((d) => d > 0)),
    rose: group(differences.filter((d) => d < 0).map((d) => -d)),
  };
}

function group(differences: readonly number[]): StdGroup {
  const sum = differences.reduce((a, b) => a + b, 0);
  return { layers: differences.length, sum, mean: differences.length === 0 ? 0 : sum / differences.length };
}

/** The ramp loss of a margin M (definition 4): clip(1 - M / gamma, 0, 1). */
export const rampLoss = (margin: number, gamma: number): number =>
  Math.min(1, Math.max(0, 1 - margin / gamma));

/** Its mean (definition 5). @throws RangeError without margins */
export function rampRisk(margins: ArrayLike<number>, gamma: number): number {
  if (margins.length === 0) throw new RangeError('the risk of no examples');
  let sum = 0;
  for (let i = 0; i < margins.length; i++) sum += rampLoss(margins[i]!, gamma);
  return sum / margins.length;
}

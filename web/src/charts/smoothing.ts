/** The strongest smoothing offered: about the last 200 values count. */
export const smoothingMax = 0.995;

/**
 * Exponential moving average, debiased: early values are divided by the weight gathered so far, so that the line
 * starts at the first value and not near zero. `weight` 0 leaves the values as they are; below 1. Values that are
 * not finite are passed over and keep their place.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float64Array {
  const smoothed = new Float64Array(values.length);
  let sum = 0;
  let gathered = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (weight <= 0 || !Number.isFinite(value)) {
      smoothed[i] = value;
      continue;
    }
    sum = sum * weight + (1 - weight) * value;
    gathered = gathered * weight + (1 - weight);
    smoothed[i] = sum / gathered;
  }
  return smoothed;
}

/** The slider runs from 0 to 100 and is finer towards strong smoothing, where a hundredth means more. */
export function weightOf(position: number): number {
  const share = Math.min(1, Math.max(0, position / 100));
  return Math.round((1 - (1 - share) ** 1.8) * smoothingMax * 1000) / 1000;
}

export function positionOf(weight: number): number {
  return Math.round((1 - (1 - Math.min(1, weight / smoothingMax)) ** (1 / 1.8)) * 100);
}

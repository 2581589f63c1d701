export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

export const round = (value, digits = 1) => Number(value.toFixed(digits));

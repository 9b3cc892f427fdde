/** What a metrics output may hold: JSON whose numbers are finite; names and notes as strings. Pure. */

/** Says what is wrong with the text of a metrics file, or undefined. */
export function metricsProblem(text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const literal = /[[:,]\s*(-?(?:NaN|Infinity))\b/.exec(text)?.[1];
    return literal ? `holds ${literal}` : `is not JSON: ${(error as Error).message}`;
  }
  return valueProblem(value, '');
}

function valueProblem(value: unknown, path: string): string | undefined {
  const where = path === '' ? 'the value' : path;
  if (value === null) return `holds null at ${where}, which is what JSON.stringify makes of NaN and Infinity`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `holds a number too large at ${where}`;
  if (typeof value !== 'object') return undefined;
  for (const [key, item] of Object.entries(value)) {
    const inner = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    const problem = valueProblem(item, inner);
    if (problem) return problem;
  }
  return undefined;
}

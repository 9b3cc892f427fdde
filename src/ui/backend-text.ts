/** The backend a step was computed with, as its worker told it, in words. Pure. */
import type { Json } from '../core/json.ts';

const LONGEST = 16;

/** `tensorflow, version 2.21.0, digest f12dc8815ded0e8e, threads 1`: digests are cut, names lose what they share. */
export function backendText(backend: Json): string {
  if (typeof backend !== 'object' || backend === null || Array.isArray(backend)) return valueText(backend);
  return Object.entries(backend)
    .map(([name, value]) => {
      const last = name.split('.').at(-1)!;
      return last === 'backend' || last === 'name' ? valueText(value) : `${last} ${valueText(value)}`;
    })
    .join(', ');
}

function valueText(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return /^[0-9a-f]{32,}$/.test(text) ? text.slice(0, LONGEST) : text;
}

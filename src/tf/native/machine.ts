/** What the machine can do, as far as it changes the bits of a result: instruction set and graphics cards. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The widest vector instruction set that the library's kernels distinguish, from the text of /proc/cpuinfo:
 * `avx512`, `avx2`, `avx`, `sse4` on Intel and AMD, `sve` or `neon` on ARM, else `unknown`.
 */
export function isaOf(cpuinfo: string): string {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  const flags = new Set(line.trim().split(/\s+/));
  const has = (...names: string[]) => names.every((name) => flags.has(name));
  if (has('avx512f', 'avx512bw', 'avx512vl', 'avx512dq')) return 'avx512';
  if (has('avx2', 'fma')) return 'avx2';
  if (has('avx')) return 'avx';
  if (has('sse4_1')) return 'sse4';
  if (has('sve')) return 'sve';
  if (has('asimd')) return 'neon';
  return 'unknown';
}

export function instructionSet(): string {
  return isaOf(read('/proc/cpuinfo'));
}

/**
 * Names of the NVIDIA cards a process with this environment may use (`NVIDIA A100 + NVIDIA T4`), or null where there are
 * none or `CUDA_VISIBLE_DEVICES` hides them all. Looks only at files, so that asking costs microseconds.
 */
export function gpuModel(env: Environment): string | null {
  const visible = env['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined && (visible.trim() === '' || visible.trim().startsWith('-'))) return null;
  const folder = '/proc/driver/nvidia/gpus';
  const models = new Set<string>();
  if (existsSync(folder)) {
    for (const id of readdirSync(folder)) {
      const model = /^Model:\s*(.+)$/m.exec(read(`${folder}/${id}/information`))?.[1];
      if (model) models.add(model.trim());
    }
  }
  if (models.size > 0) return [...models].sort().join(' + ');
  // Containers and WSL hide that folder, but not the devices.
  return existsSync('/dev/nvidiactl') || existsSync('/dev/dxg') ? 'NVIDIA' : null;
}

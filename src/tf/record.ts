/** What the command line asks about the backend without loading it: a few small files, no TensorFlow. */
import { findInstall, type InstallRecord } from './native/installed.ts';

export {
  backendEnv,
  BackendUnavailable,
  chooseBackend,
  type BackendChoice,
  type BackendName,
} from './choose.ts';
export type { Install, InstallRecord } from './native/installed.ts';

/** Record of the native library this user and machine would compute with; undefined if there is none. */
export function readRecord(
  env: Readonly<Record<string, string | undefined>> = process.env,
): InstallRecord | undefined {
  return findInstall(env)?.record;
}

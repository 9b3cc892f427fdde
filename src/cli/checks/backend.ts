/** The numerical backend: which one, and how fast. */
import { toFailure } from '../../core/failure.ts';
import type { Check } from '../../report/doctor-text.ts';
import { probeBackend } from '../../tf/doctor/probe.ts';
import { hasTfjs, installTfjs } from '../../tf/packages.ts';
import { BackendUnavailable, chooseBackend } from '../../tf/record.ts';

export async function checkBackend(): Promise<Check> {
  const name = 'backend';
  if (!hasTfjs()) {
    const value = "TensorFlow.js is not installed; only stages that import 'ar-pipe/tf' need it";
    return { name, state: 'good', value, hint: installTfjs };
  }
  try {
    const choice = chooseBackend();
    const facts = { ...(await probeBackend()) };
    const value = choice.notice;
    if (choice.name === 'tensorflow') return { name, state: 'good', value, facts };
    return { name, state: 'slow', value, hint: 'ar-pipe setup installs the native library', facts };
  } catch (error) {
    const hint = error instanceof BackendUnavailable ? error.hint : 'ar-pipe setup';
    return { name, state: 'broken', value: toFailure(error).message, hint };
  }
}

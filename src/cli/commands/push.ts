import { shareable } from '../../build/shared.ts';
import { PipelineError } from '../../core/failure.ts';
import { RemoteError } from '../../remote/remote.ts';
import { createRemoteResults, type Shared } from '../../remote/results.ts';
import { pushText } from '../../report/shared-text.ts';
import type { Action } from '../action.ts';
import { print, printJson, say } from '../output.ts';
import { planDefault } from '../planned.ts';
import { remoteSettings, requireRemote } from '../remote.ts';

export const pushCommand: Action = async (selectors, options, given) => {
  const { workshop, steps, plan } = await planDefault(options, selectors);
  const settings = remoteSettings(workshop, process.env);
  const remote = requireRemote(settings);
  const { trust, signer } = settings;
  if (!signer && trust !== 'anyone')
    throw new PipelineError({
      reason: 'usage',
      message: 'there is no key to sign results with, so nobody would use them',
      hint: "ar-pipe keys new makes one; others name its public part in remote.trust (or trust 'anyone')",
    });
  // What is there but not believed is written anew.
  const { store } = workshop;
  const results = createRemoteResults({ remote, store, trust, signer, onRefused: () => undefined });
  const { entries, notFresh } = shareable(steps, plan);
  const pushed: ({ readonly step: string; readonly key: string } & Shared)[] = [];
  let failed: string | null = null;
  for (const [step, entry] of entries) {
    try {
      const shared = await results.share(entry, given['force'] === true);
      pushed.push({ step, key: entry.key, ...shared });
      if (options.verbose && shared.isNew) say(`pushed ${step}`);
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      failed = error.message;
      break;
    }
  }
  if (options.json)
    printJson({ remote: remote.name, ok: failed === null, pushed, notFresh, problem: failed });
  else print(pushText({ name: remote.name, pushed, notFresh, problem: failed }));
  workshop.flush();
  return failed === null ? 0 : 1;
};

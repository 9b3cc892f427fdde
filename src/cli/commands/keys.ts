import { PipelineError } from '../../core/failure.ts';
import { keysText } from '../../report/shared-text.ts';
import type { Action } from '../action.ts';
import { print, printJson } from '../output.ts';
import { remoteSettings } from '../remote.ts';
import { createSigner, signingKeyFile } from '../signing-key.ts';
import { openWorkshop } from '../workshop.ts';

export const keysCommand: Action = async ([action], options) => {
  if (action !== undefined && action !== 'new')
    throw new PipelineError({ reason: 'usage', message: `keys ${action}: there is keys, and keys new` });
  const file = signingKeyFile(process.env);
  if (action === 'new') {
    const { publicKey } = createSigner(process.env);
    if (options.json) printJson({ own: publicKey, file });
    else print(keysText({ own: publicKey, file }));
    return 0;
  }
  const workshop = await openWorkshop(options);
  const { trust, remote, signer } = remoteSettings(workshop, process.env);
  const own = signer?.publicKey ?? null;
  const trusted = trust === 'anyone' ? trust : [...trust];
  if (options.json) printJson({ own, file, remote: remote?.name ?? null, trusted });
  else print(keysText({ own, file, remote: remote?.name ?? null, trusted }));
  return 0;
};

/** Gets files by their digest: from a local folder where they are already, else over the network, resumably. */
import { copyFileSync, existsSync, linkSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { defineStage } from 'ar-pipe';
import * as z from 'zod';
import { sha256Of, transfer } from './data/transfer.ts';

const fileName = z.string().regex(/^[\w][\w.-]*$/, 'a plain file name');

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits');

const params = z.strictObject({
  files: z
    .array(
      z.strictObject({
        name: fileName.describe('Name of the output'),
        original: fileName.optional().describe('Name in local folders, where it differs'),
        sha256: z
          .union([sha256, z.array(sha256).min(1)])
          .describe('Digest the file must have; several where sources pack the same content differently'),
        urls: z.array(z.url()).default([]).describe('Where to get it, tried in order'),
      }),
    )
    .min(1),
  folders: z
    .array(z.string())
    .default([])
    .describe("Local folders that may have the files, as a distribution's package installs them"),
  debianPackage: z
    .string()
    .regex(/^[a-z0-9][a-z0-9+.-]+$/, 'the name of a Debian package')
    .optional()
    .describe(
      'Debian package that puts them into one of these folders, for the message where they cannot be got',
    ),
});

type Wanted = z.output<typeof params>['files'][number];

/**
 * Local sources come first: the folder that the environment variable AR_PIPE_DATA names, then `folders`. The digest decides, so
 * where a file came from does not matter to its users.
 */
export default defineStage({
  params,
  outputs: ({ files }) => files.map(({ name }) => name),
  async run({ params, out, tmp, log, progress, checkpoint, signal }) {
    const shared = process.env['AR_PIPE_DATA'];
    const folders = shared === undefined || shared === '' ? params.folders : [shared, ...params.folders];
    const part = ({ name }: Wanted): string => join(tmp, `${name}.part`);
    if (checkpoint.latest !== null) {
      for (const name of readdirSync(checkpoint.latest))
        share(join(checkpoint.latest, name), join(tmp, name));
    }

    for (const wanted of params.files) {
      const problems: string[] = [];
      const got = (await fromFolders(wanted, folders, problems)) ?? (await fromNetwork(wanted, problems));
      if (got === null) throw unobtainable(wanted, problems, params.debianPackage);
      copyFileSync(got, out(wanted.name));
      log(`${wanted.name}: ${got === part(wanted) ? 'downloaded' : `from ${got}`}`);
    }

    async function fromNetwork(wanted: Wanted, problems: string[]): Promise<string | null> {
      const path = part(wanted);
      if (!existsSync(path)) writeFileSync(path, '');
      // A link, not a copy: what comes in later is in the checkpoint as well, and any beginning can be resumed.
      await checkpoint.save((folder) => {
        for (const file of params.files)
          if (existsSync(part(file))) share(part(file), join(folder, basename(part(file))));
      });
      for (const url of wanted.urls) {
        // The second time from nothing: a resumed file may have changed at its source.
        for (const attempt of ['resumed', 'anew'] as const) {
          try {
            await transfer(url, path, {
              signal,
              onProgress: (done, total) => {
                progress(done, total, 'bytes');
              },
            });
          } catch (error) {
            signal.throwIfAborted();
            problems.push(`${url}: ${reasonOf(error)}`);
            break;
          }
          if (isWanted(wanted, await sha256Of(path))) return path;
          writeFileSync(path, '');
          if (attempt === 'anew') problems.push(`${url}: what it gives has another digest`);
        }
      }
      rmSync(path);
      return null;
    }
  },
});

const isWanted = ({ sha256 }: Wanted, digest: string): boolean => [sha256].flat().includes(digest);

async function fromFolders(
  wanted: Wanted,
  folders: readonly string[],
  problems: string[],
): Promise<string | null> {
  const { name, original = name } = wanted;
  for (const folder of folders) {
    const path = join(folder, original);
    if (!existsSync(path)) continue;
    const digest = await sha256Of(path);
    if (isWanted(wanted, digest)) return path;
    problems.push(`${path}: its sha256 is ${digest} (to use this very file, declare that digest)`);
  }
  return null;
}

function unobtainable(
  { name, original = name, sha256, urls }: Wanted,
  problems: readonly string[],
  debianPackage: string | undefined,
): Error {
  const tried = problems.map((problem) => `\n  ${problem}`).join('');
  const source = urls[0] === undefined ? '' : ` (for instance from ${urls[0]} on another machine)`;
  const orInstall =
    debianPackage === undefined
      ? ''
      : `\non Debian or Ubuntu: apt-get install ${debianPackage} brings it as well`;
  return new Error(
    `cannot get ${original} with sha256 ${[sha256].flat().join(' or ')}${tried}\n` +
      `get it by hand${source}, put it into a folder, and set AR_PIPE_DATA to that folder${orInstall}`,
  );
}

/** The network's own words lie one level down. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

function share(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

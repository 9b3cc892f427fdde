/** Stored files as people want to see them: pictures, tables, or a link. */
import type { JSX } from 'preact';
import { bytes } from '../../report/measures.ts';
import { groupFiles, kindOf, pictureOf } from '../file-kind.ts';
import type { StoredFile } from '../study.ts';
import { askTable, fileAddress } from './ask.ts';
import { useAnswer } from './hooks.ts';

interface FilesProps {
  readonly profile: string;
  readonly step: string;
  readonly files: readonly StoredFile[];
}

/** Every figure and table among the files, each with links to the forms it was written in. */
export function Files({ profile, step, files }: FilesProps): JSX.Element {
  return (
    <>
      {[...groupFiles(files)].map(([stem, group]) => {
        const picture = pictureOf(group);
        const table =
          picture === undefined
            ? (group.find(({ name }) => kindOf(name) === 'markdown') ??
              group.find(({ name }) => kindOf(name) === 'csv') ??
              group.find(({ name }) => kindOf(name) === 'text'))
            : undefined;
        return (
          <figure key={stem} class="file">
            {picture && (
              <a href={fileAddress(profile, step, picture)} class="picture">
                <img src={fileAddress(profile, step, picture)} alt={`${stem} of ${step}`} />
              </a>
            )}
            {table && <Table profile={profile} step={step} file={table} />}
            <figcaption>
              {group.map((file) => (
                <a
                  key={file.name}
                  href={fileAddress(profile, step, file)}
                  download={file.name.split('/').at(-1)}
                >
                  {file.name} <small>{bytes(file.bytes)}</small>
                </a>
              ))}
            </figcaption>
          </figure>
        );
      })}
    </>
  );
}

/** Drawn by the server, which escapes what the file holds. */
function Table({
  profile,
  step,
  file,
}: Omit<FilesProps, 'files'> & { readonly file: StoredFile }): JSX.Element | null {
  const { answer } = useAnswer(() => askTable(profile, step, file.name), [profile, step, file.digest]);
  if (answer === undefined || answer === '') return null;
  return (
    <div
      class="table"
      tabIndex={0}
      role="region"
      aria-label={file.name}
      dangerouslySetInnerHTML={{ __html: answer }}
    />
  );
}

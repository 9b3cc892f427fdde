/** What the system's error codes mean for files and folders, in words. Pure. */

const words: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the quota is used up',
  EEXIST: 'a file is in the way',
  EISDIR: 'a folder is in the way',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file is in the way',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** Undefined for what is no error of the system, or one that words would not make clearer. */
export function errnoText(error: unknown): string | undefined {
  return error instanceof Error ? words[(error as NodeJS.ErrnoException).code ?? ''] : undefined;
}

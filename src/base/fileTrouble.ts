/** Why a file cannot be read or written: the codes of the operating system, in words. */

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'it is not permitted',
  EEXIST: 'it is there already',
  EISDIR: 'it is a directory',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file',
  ENOSPC: 'no space is left',
  ENOTDIR: 'a part of its path is no directory',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is for reading only',
};

/** @param error what was caught: what has no such code says itself what is wrong. */
export function fileTrouble(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return WORDS[code] ?? error.message;
}

/** Executable memory: the same pages mapped twice, to execute and to write, as JITs do under W^X.
 *
 *  No page is writable and executable at one address, which hardened hosts refuse, but where a program asks for it by
 *  mprotect (hostCalls.ts); and the right to execute is never taken away while a patch is written, because others execute
 *  all the while.
 *  Source: memfd_create(2), mmap(2); the numbers are from include/uapi/linux/memfd.h and asm-generic/mman-common.h.
 *  Limit: x86-64, where both addresses share a cache line by its physical address. */
import { closeSync, writeFileSync } from 'node:fs';
import type { HostKernel, LibraryFunction } from './hostKernel.js';

/** Addresses; plain data, so that it crosses to a worker as it is. */
export interface MappedCode {
  readonly executable: number;
  readonly writable: number;
}

const ANYWHERE = 0;
const FROM_THE_START = 0;
export const PROT = { read: 1, write: 2, execute: 4 } as const;
export const MAP_SHARED = 1;
const MFD_CLOEXEC = 1;

export const MMAP =
  'intptr_t mmap(intptr_t address, size_t length, int protection, int flags, int file, int64_t offset)';
export const MUNMAP = 'int munmap(intptr_t address, size_t length)';
const MEMFD_CREATE = 'int memfd_create(const char *name, unsigned int flags)';

/** Maps the image. @throws {Error} where the host does not let it: which call, and errno. */
export function mapCode(kernel: HostKernel, image: Uint8Array): MappedCode {
  const file = checked(kernel, MEMFD_CREATE)('coresync', MFD_CLOEXEC);
  try {
    writeFileSync(file, image);
    const mmap = checked(kernel, MMAP);
    const map = (protection: number): number =>
      mmap(ANYWHERE, image.length, protection, MAP_SHARED, file, FROM_THE_START);
    const executable = map(PROT.read | PROT.execute);
    return { executable, writable: map(PROT.read | PROT.write) };
  } finally {
    closeSync(file);
  }
}

/** Nobody may execute it any more: whoever does ends the process. */
export function unmapCode(kernel: HostKernel, { executable, writable }: MappedCode, image: Uint8Array): void {
  const munmap = checked(kernel, MUNMAP);
  for (const address of [executable, writable]) munmap(address, image.length);
}

/** A system call that has to work. */
function checked(kernel: HostKernel, declaration: string): LibraryFunction {
  const call = kernel.systemCall(declaration);
  return (...args) => {
    const result = call(...args);
    if (result < 0) throw new Error(`${/\w+(?=\()/.exec(declaration)} gives errno ${-result}`);
    return result;
  };
}

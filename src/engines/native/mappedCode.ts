/** Executable memory: the same pages mapped twice, to execute and to write, as JITs do under W^X.
 *
 *  No page is ever writable and executable at one address, which hardened hosts refuse; and the right to execute is never
 *  taken away while a patch is written, because others execute all the while.
 *  Source: memfd_create(2), mmap(2); the numbers are from include/uapi/linux/memfd.h and asm-generic/mman-common.h.
 *  Limit: x86-64, where both addresses share a cache line by its physical address. */
import { closeSync, writeFileSync } from 'node:fs';
import type { HostKernel } from './hostKernel.js';

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

/** Maps the image. @throws {Error} where the host does not let it: which call, and errno. */
export function mapCode(kernel: HostKernel, image: Uint8Array): MappedCode {
  const file = done(
    'memfd_create',
    kernel.systemCall('int memfd_create(const char *name, unsigned int flags)'),
  )('coresync', MFD_CLOEXEC);
  try {
    writeFileSync(file, image);
    const mmap = done(
      'mmap',
      kernel.systemCall(
        'intptr_t mmap(intptr_t address, size_t length, int protection, int flags, int file, int64_t offset)',
      ),
    );
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
  const munmap = done('munmap', kernel.systemCall('int munmap(intptr_t address, size_t length)'));
  for (const address of [executable, writable]) munmap(address, image.length);
}

type Call = ReturnType<HostKernel['systemCall']>;

function done(name: string, call: Call): Call {
  return (...args) => {
    const result = call(...args);
    if (result < 0) throw new Error(`${name} gives errno ${-result}`);
    return result;
  };
}

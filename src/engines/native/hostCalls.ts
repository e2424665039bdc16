/** The system calls that a task makes of the host, one method each. They give what the kernel gives: 0 or more, or a negative
 *  errno; but for those that a program does not look at, and without which the rest of it would say nothing: they throw.
 *
 *  Source: membarrier(2), getpid(2), sched_yield(2), sched_setaffinity(2), mprotect(2), mmap(2), getrusage(2).
 *  Limit: taking the right to execute from a page would end the process where another thread is on it, so mprotect gives and
 *  takes the right to write instead, at the address that is executed: the kernel has as much to flush. */
import type { UnitId } from '../../base/ids.js';
import { EINVAL } from '../../kernel/errno.js';
import { PROT_EXEC, PROT_WRITE } from '../../kernel/mprotect.js';
import { PAGE_BYTES, pageOf } from './codeImage.js';
import { restriction } from './hostCpus.js';
import type { HostKernel, LibraryFunction } from './hostKernel.js';
import { type MappedCode, MMAP, MUNMAP, PROT } from './mappedCode.js';

const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;
/** Pages are there at once: with nothing mapped there would be nothing to flush. */
const MAP_POPULATE = 0x8000;
const NO_FILE = -1;
const ANYWHERE = 0;

const RUSAGE_THREAD = 1;
/** struct rusage: 16 longs, the last two of which are voluntary and involuntary context switches. */
const RUSAGE_LONGS = 18;
const NVCSW = 16;
const NIVCSW = 17;

const RIGHTS: Readonly<Record<number, number>> = {
  [PROT_WRITE]: PROT.read | PROT.write | PROT.execute,
  [PROT_EXEC]: PROT.read | PROT.execute,
};

export class HostCalls {
  readonly #kernel: HostKernel;
  readonly #mapped: MappedCode;
  readonly #restrict: (cpus: readonly number[]) => void;
  readonly #mmap: LibraryFunction;
  readonly #munmap: LibraryFunction;
  readonly #mprotect: LibraryFunction;
  readonly #getrusage: LibraryFunction;
  readonly getpid: () => number;
  readonly schedYield: () => number;

  constructor(kernel: HostKernel, mapped: MappedCode) {
    this.#kernel = kernel;
    this.#mapped = mapped;
    this.#restrict = restriction(kernel);
    this.getpid = kernel.systemCall('int getpid()');
    this.schedYield = kernel.systemCall('int sched_yield()');
    this.#mmap = kernel.systemCall(MMAP);
    this.#munmap = kernel.systemCall(MUNMAP);
    this.#mprotect = kernel.systemCall('int mprotect(intptr_t address, size_t length, int protection)');
    this.#getrusage = kernel.systemCall('int getrusage(int who, _Out_ void *usage)');
  }

  membarrier(command: number, flags: number, cpu: number): number {
    return this.#kernel.membarrier(command, flags, cpu);
  }

  /** From now on the calling thread runs there.
   *  @param hostCpu as the host numbers it.
   *  @throws {Error} where it must not. */
  migrate(hostCpu: number): number {
    this.#restrict([hostCpu]);
    return 0;
  }

  /** Of the function's page, at the address that is executed.
   *  @throws {Error} where the host does not give it. */
  mprotect(unit: UnitId, protection: number): number {
    const rights = RIGHTS[protection];
    if (rights === undefined) return -EINVAL;
    const result = this.#mprotect(this.#mapped.executable + pageOf(unit), PAGE_BYTES, rights);
    if (result < 0) throw new Error(`this host does not let code be writable for a while: errno ${-result}`);
    return result;
  }

  /** Maps a page and takes it away again. */
  flushTlb(): number {
    const flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
    const page = this.#mmap(ANYWHERE, PAGE_BYTES, PROT.read | PROT.write, flags, NO_FILE, 0);
    return page < 0 ? page : this.#munmap(page, PAGE_BYTES);
  }

  /** Of the calling thread, since it began. */
  contextSwitches(): number {
    const usage = new BigInt64Array(RUSAGE_LONGS);
    if (this.#getrusage(RUSAGE_THREAD, usage) < 0) return 0;
    return Number(usage[NVCSW]! + usage[NIVCSW]!);
  }
}

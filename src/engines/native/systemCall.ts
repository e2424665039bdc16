/** What it costs to enter the kernel and to return from it: getpid(2), the shortest system call there is, against a function
 *  of the C library that does nothing, both called through FFI.
 *  Limit: what getpid does itself is in it, which is a few instructions. */
import { type BlockPair, blockPairs, type Work } from './blocks.js';
import type { HostKernel, LibraryFunction } from './hostKernel.js';

export function measureSystemCall(kernel: HostKernel, blocks: number): BlockPair[] {
  const repeated =
    (call: LibraryFunction): Work =>
    (times) => {
      for (let i = 0; i < times; i++) call();
    };
  // Gives the address of errno, cut to an int: nothing is done and nothing is meant by it.
  const nothing = kernel.libraryFunction('int __errno_location()');
  return blockPairs(repeated(nothing), repeated(kernel.libraryFunction('int getpid()')), blocks);
}

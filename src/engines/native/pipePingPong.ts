/** A byte that goes through two pipes between two threads on one cpu: each trip is a context switch.
 *
 *  Against it, the same two calls in one thread, through a pipe of its own: what is left is blocking, waking and
 *  switching.
 *  Source: the method of lmbench's lat_ctx (McVoy and Staelin, USENIX 1996).
 *  Limit: two threads of one process, so no address space is loaded; what a switch does to the caches is not in it. */
import { type BlockPair, block, warmUp } from './blocks.js';
import type { HostKernel } from './hostKernel.js';

export interface Pipe {
  readonly readEnd: number;
  readonly writeEnd: number;
}

/** There, back, and one for a thread alone. */
export interface Pipes {
  readonly there: Pipe;
  readonly back: Pipe;
  readonly own: Pipe;
}

export function openPipes(kernel: HostKernel): Pipes {
  const pipe = kernel.libraryFunction('int pipe(_Out_ int *ends)');
  const open = (): Pipe => {
    const ends = [0, 0];
    if (pipe(ends) !== 0) throw new Error('the host gives no pipe');
    return { readEnd: ends[0]!, writeEnd: ends[1]! };
  };
  return { there: open(), back: open(), own: open() };
}

/** Whoever still reads gets the end of the file: nobody is left waiting. */
export function closePipes(kernel: HostKernel, { there, back, own }: Pipes): void {
  const close = kernel.libraryFunction('int close(int file)');
  for (const { writeEnd } of [there, back, own]) close(writeEnd);
  for (const { readEnd } of [there, back, own]) close(readEnd);
}

/** @returns by block, a write and a read: without a switch to the other thread, and with one there and one back. */
export function sendThroughPipes(
  kernel: HostKernel,
  { there, back, own }: Pipes,
  blocks: number,
): BlockPair[] {
  const { send, receive } = endsOf(kernel);
  const alone = (times: number): void => {
    for (let i = 0; i < times; i++) {
      send(own);
      receive(own);
    }
  };
  const together = (times: number): void => {
    for (let i = 0; i < times; i++) {
      send(there);
      if (!receive(back)) throw new Error('the other thread is gone');
    }
  };
  const [timesAlone, timesTogether] = [warmUp(alone), warmUp(together)];
  return Array.from({ length: blocks }, () => ({
    without: block(alone, timesAlone),
    with: block(together, timesTogether),
  }));
}

/** Sends back whatever comes, until the pipe is closed. */
export function echoThroughPipes(kernel: HostKernel, { there, back }: Pipes): void {
  const { send, receive } = endsOf(kernel);
  while (receive(there)) send(back);
}

function endsOf(kernel: HostKernel): {
  readonly send: (pipe: Pipe) => void;
  readonly receive: (pipe: Pipe) => boolean;
} {
  const read = kernel.libraryFunction('long read(int file, void *into, size_t count)');
  const write = kernel.libraryFunction('long write(int file, const void *bytes, size_t count)');
  const byte = Buffer.alloc(1);
  return {
    send: ({ writeEnd }) => {
      write(writeEnd, byte, 1);
    },
    receive: ({ readEnd }) => read(readEnd, byte, 1) === 1,
  };
}

import { describe, expect, it } from 'vitest';
import { allowedCpus, pinnedTo } from '../../../src/engines/native/hostCpus.js';
import type { HostKernel, LibraryFunction } from '../../../src/engines/native/hostKernel.js';
import { measureMembarrier } from '../../../src/engines/native/membarrierBlocks.js';

/** Keeps one affinity mask, and answers membarrier with the same result. */
class MadeUpKernel implements HostKernel {
  readonly masks: string[] = [];
  readonly #mask = Buffer.alloc(128);
  readonly #result: number;

  constructor(cpus: readonly number[], result = 0) {
    for (const cpu of cpus) this.#mask[cpu >> 3]! |= 1 << (cpu & 7);
    this.#result = result;
  }

  membarrier(): number {
    return this.#result;
  }

  libraryFunction(declaration: string): LibraryFunction {
    return (_thread, _bytes, mask) => {
      if (this.#result < 0) return this.#result;
      if (declaration.includes('getaffinity')) this.#mask.copy(mask as Buffer);
      else this.#set(mask as Buffer);
      return 0;
    };
  }

  systemCall(declaration: string): LibraryFunction {
    return this.libraryFunction(declaration);
  }

  codeAt(): never {
    return expect.unreachable('nobody maps code here');
  }

  #set(mask: Buffer): void {
    mask.copy(this.#mask);
    this.masks.push(allowedCpus(this).join(' '));
  }
}

describe('the cpus of a thread', () => {
  it('are those of its mask', () => {
    expect(allowedCpus(new MadeUpKernel([0, 9, 1023]))).toEqual([0, 9, 1023]);
    expect(allowedCpus(new MadeUpKernel([], -1))).toEqual([]);
  });

  it('are one while it is pinned, and afterwards those of before, also where the work fails', () => {
    const kernel = new MadeUpKernel([1, 2]);
    expect(pinnedTo(kernel, 2, () => allowedCpus(kernel))).toEqual([2]);
    const fails = (): never => pinnedTo(kernel, 1, () => expect.unreachable('on purpose'));
    expect(fails).toThrow('on purpose');
    expect(kernel.masks).toEqual(['2', '1 2', '1', '1 2']);
  });

  it('cannot be chosen where the host does not let it', () => {
    expect(() => pinnedTo(new MadeUpKernel([1], -1), 1, () => 0)).toThrow('no thread be pinned to cpu 1');
  });
});

describe('membarrier by blocks', () => {
  const plan = { blocks: 3, counts: 'every-block', budgetMs: 60_000 } as const;

  it('as many as are asked for', () => {
    expect(measureMembarrier(new MadeUpKernel([0]), plan)).toHaveLength(3);
  });

  it('none where SYNC_CORE cannot be registered for', () => {
    expect(() => measureMembarrier(new MadeUpKernel([0], -22), plan)).toThrow('errno 22');
  });
});

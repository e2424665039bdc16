/** A cpu as kernel code sees it: the processor, the kernel's tables, and the serialization policy.
 *
 *  Routines take it as their first argument where Linux has implicit per-cpu state (`this_rq()`, `current`). */
import type { MmId, TaskId } from '../base/ids.js';
import type { Access, Routine } from '../hw/access.js';
import { Processor, type ProcessorParts } from '../hw/processor.js';
import type { KernelConfig } from './kernelConfig.js';
import type { KernelLayout } from './layout.js';
import type { SerializationPolicy } from './serializationPolicy.js';

/** How a stretch of user mode ended. */
export const TRAP = {
  interrupt: 0,
  syscall: 1,
  invalidOpcode: 2,
  /** It did not: an instruction is done, and the next one can begin. */
  none: 3,
  breakpoint: 4,
} as const;
export type Trap = (typeof TRAP)[keyof typeof TRAP];

export interface CpuParts extends ProcessorParts {
  readonly kernel: KernelLayout;
  readonly config: KernelConfig;
  readonly policy: SerializationPolicy;
  /** One instruction of user mode; the programs live in src/jit. */
  readonly userMode: (c: Cpu) => Routine<Trap>;
}

export class Cpu extends Processor {
  readonly kernel: KernelLayout;
  readonly config: KernelConfig;
  readonly policy: SerializationPolicy;
  readonly userMode: (c: Cpu) => Routine<Trap>;

  constructor(parts: CpuParts) {
    super(parts);
    this.kernel = parts.kernel;
    this.config = parts.config;
    this.policy = parts.policy;
    this.userMode = parts.userMode;
  }

  /** `current`: the task this cpu runs. Only this cpu changes it. */
  get current(): TaskId {
    return this.get(this.kernel.runQueue.curr(this.id));
  }

  /** The mm of the current task; 0 in a kernel thread. */
  get currentMm(): MmId {
    return this.get(this.kernel.task.mm(this.current));
  }

  /** `sync_core()` on behalf of an mm; counted per mm so that a report can say for whom. */
  syncCoreFor(mm: MmId, point: number): Access {
    this.tallySyncCore(mm);
    return this.syncCore(point);
  }

  protected tallySyncCore(mm: MmId): void {
    this.words[this.kernel.syncCoreFor(this.id, mm)]!++;
  }
}

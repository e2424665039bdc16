/** Where the kernel keeps its state. Fields are grouped by who may write them.
 *
 *  Source: Linux struct task_struct, struct mm_struct, struct rq, struct wait_queue_head, call_single_data.
 *  Index + 1 stands in list links, so that 0 ends a list. */
import type { WordAddress } from '../base/ids.js';
import { type LayoutBuilder, shape, type Table, type Words } from '../base/layout.js';
import { INSTRUCTION_WORDS } from '../hw/instruction.js';
import { declareHw, type HwLayout } from '../hw/layout.js';
import type { ArchitectureProfile } from '../hw/profile.js';

const TASK = shape('task', [
  /* Written by the task itself, and by a waker holding the lock of its run queue. */
  'state',
  /* Any cpu, atomically: the TIF bits. */
  'flags',
  /* Written by the task itself, read by membarrier on any cpu: 0 in a kernel thread. */
  'mm',
  /* Written by the cpu that switches to or from the task. */
  'activeMm',
  /* Holding the lock of its run queue. */
  'cpu',
  'onRunQueue',
  'nextOnRunQueue',
  /* Holding the lock of the wait queue. */
  'nextWaiter',
  /* The task itself: where it goes on when it is switched in. It keeps nothing else. */
  'mode',
  'returnKind',
  'pc',
  'round',
  'callsLeft',
  'returnValue',
  /* How far a system call got that goes on after it was switched out; 0 at the start of a call. */
  'stage',
  /* Armed by the task itself: cpu + 1 that it is moved to at the preemption point inside membarrier. */
  'migrateInsideTo',
  /* Whoever ends the process: the signal that the task dies of; 0 where it exits by itself. */
  'exitSignal',
  /* Fixed at creation: a task with a higher one takes the cpu from a lower one when it wakes. */
  'priority',
]);

const MM = shape('mm', [
  /* Any cpu, atomically; the bits of membarrier.ts. */
  'membarrierState',
  /* Any cpu, atomically: tasks with `mm` equal to this one (`mm_users`). */
  'users',
  /* Any cpu, atomically: references that keep the structure (`mm_count`). */
  'count',
  /* Any cpu, atomically: grows with each TLB flush. */
  'tlbGen',
]);

const RUN_QUEUE = shape('run queue', [
  'lock',
  /* Written by the owning cpu holding the lock; read without it by membarrier. */
  'curr',
  /* Holding the lock. */
  'head',
  'tail',
  /* The owning cpu, or its own IPI handler: the membarrier word of the mm that runs here; read by any cpu. */
  'membarrierState',
  /* The owning cpu: odd while it runs code that a grace period has to wait for. Read by any cpu. */
  'rcuCount',
  /* The owning cpu: a serialization is owed before user mode runs here (a per-cpu TIF_NEED_CORE_SYNC). */
  'needCoreSync',
  /* Holding the hotplug lock. */
  'online',
  /* The owning cpu: 1 once it has come up. */
  'hasStarted',
  'prevMm',
  'loadedMm',
  'isLazy',
  'loadedTlbGen',
  /* Fixed at boot. */
  'idle',
]);

const SMP_CALL = shape('smp call', [
  /* Written by the sender before it rings anybody. */
  'callFunction',
  'callArgument',
  /* Reset by the sender, added to by each receiver when it is done. */
  'callAcked',
]);

const EVENT = shape('event', [
  'lock',
  /* Holding the lock: how often the event was signalled, and who waits. */
  'counter',
  'head',
]);

/* A sleeping lock. */
const MUTEX = shape('mutex', [
  'lock',
  /* Holding the lock: who holds the mutex (task + 1), and who waits for it. */
  'owner',
  'head',
]);

const TEXT_POKE = shape('text poke', [
  /* Any cpu, atomically: below 0 while the rest is valid, or somebody looks whether it is. */
  'references',
  /* The patcher, while nobody holds a reference: the unit that is patched, plus 1, and the version to come. */
  'unit',
  'version',
]);

const RUN = shape('run', [
  /* Any cpu, atomically. */
  'liveTasks',
  'startedCpus',
  /* Written once by whoever ends the run: a reason of the engine, 0 while it goes on. */
  'stop',
]);

/** The mutexes of the kernel, by index. The first also stands for the hotplug lock, which membarrier takes for
 *  reading over the same stretch. */
export const MUTEX_ID = { membarrierIpi: 0 } as const;
const MUTEXES = Object.keys(MUTEX_ID).length;

export interface KernelDimensions {
  readonly cpus: number;
  readonly units: number;
  readonly codeBytes: number;
  /** Including the idle tasks. */
  readonly tasks: number;
  /** Including mm 0. */
  readonly mms: number;
  readonly events: number;
  readonly variables: number;
  readonly instructions: number;
}

export interface KernelLayout {
  readonly hw: HwLayout;
  readonly task: Table<(typeof TASK)['fields'][number]>;
  readonly mm: Table<(typeof MM)['fields'][number]>;
  readonly runQueue: Table<(typeof RUN_QUEUE)['fields'][number]>;
  readonly smpCall: Table<(typeof SMP_CALL)['fields'][number]>;
  readonly event: Table<(typeof EVENT)['fields'][number]>;
  readonly mutex: Table<(typeof MUTEX)['fields'][number]>;
  readonly textPoke: Table<(typeof TEXT_POKE)['fields'][number]>;
  readonly run: Table<(typeof RUN)['fields'][number]>;
  /** `mm_cpumask`: cpus that have the mm loaded. Any cpu, atomically. */
  readonly mmCpumask: (mm: number, maskWord: number) => WordAddress;
  /** Per receiver: which senders want a function called. Any cpu, atomically. */
  readonly callPending: (cpu: number, maskWord: number) => WordAddress;
  /** Scratch of a task: the cpus that its membarrier call is going to interrupt. */
  readonly callMask: (task: number, maskWord: number) => WordAddress;
  /** `mm->context.icache_stale_mask` (riscv): harts whose icache may be stale for the mm. Any cpu, atomically. */
  readonly staleMask: (mm: number, maskWord: number) => WordAddress;
  /** PG_dcache_clean of the page that holds a unit. Any cpu, atomically. */
  readonly dcacheClean: (unit: number) => WordAddress;
  /** How often a cpu executed sync_core() on behalf of an mm. Written by that cpu. */
  readonly syncCoreFor: (cpu: number, mm: number) => WordAddress;
  /** User variables, one line each: tasks set them and poll them. */
  readonly variable: (index: number) => WordAddress;
  readonly instruction: (index: number) => WordAddress;
  /** How many there are, with the idle tasks. */
  readonly tasks: number;
  /** Words in a mask over cpus. */
  readonly cpumaskWords: number;
}

export function declareKernel(
  builder: LayoutBuilder,
  profile: ArchitectureProfile,
  dimensions: KernelDimensions,
): KernelLayout {
  const { cpus, mms } = dimensions;
  const hw = declareHw(builder, profile, dimensions);
  const cpumaskWords = Math.ceil(cpus / 32);
  const run = builder.table(RUN, 1);
  const textPoke = builder.table(TEXT_POKE, 1);
  const task = builder.perCpuTable(TASK, dimensions.tasks);
  const mm = builder.perCpuTable(MM, mms);
  const runQueue = builder.perCpuTable(RUN_QUEUE, cpus);
  const smpCall = builder.perCpuTable(SMP_CALL, cpus);
  const mutex = builder.perCpuTable(MUTEX, MUTEXES);
  const event = builder.perCpuTable(EVENT, dimensions.events);
  const masks = (name: string, count: number): ((index: number, word: number) => WordAddress) => {
    const stride = builder.spaced(cpumaskWords);
    const words: Words = builder.words(name, count * stride);
    return (index, word) => words.at(index * stride + word);
  };
  const syncCore = builder.words('sync_core by mm', cpus * mms);
  const dcacheClean = builder.words('PG_dcache_clean', dimensions.units);
  const variableStride = builder.spaced(1);
  const variables = builder.words('variables', dimensions.variables * variableStride);
  const program = builder.words('program', dimensions.instructions * INSTRUCTION_WORDS);
  return {
    hw,
    run,
    textPoke,
    task,
    mm,
    runQueue,
    smpCall,
    event,
    mutex,
    mmCpumask: masks('mm cpumask', mms),
    callPending: masks('call pending', cpus),
    callMask: masks('call mask', dimensions.tasks),
    staleMask: masks('icache stale mask', mms),
    dcacheClean: (unit) => dcacheClean.at(unit),
    syncCoreFor: (cpu, index) => syncCore.at(cpu * mms + index),
    variable: (index) => variables.at(index * variableStride),
    instruction: (index) => program.at(index * INSTRUCTION_WORDS),
    tasks: dimensions.tasks,
    cpumaskWords,
  };
}

/** The bugs that membarrier and its relatives had, each as a situation that goes wrong without the fix, and the same
 *  situation with it. Numbered as in the histories of kernel/sched/membarrier.c: oldest first.
 *
 *  What takes a store buffer, or a load that is early, to go wrong says which memory model it is explored with. */
import type { ExplorationOptions } from '../../src/engines/exploration.js';
import type { Violation } from '../../src/explore/space.js';
import type { Cpu } from '../../src/kernel/cpu.js';
import { STATE } from '../../src/kernel/membarrierMm.js';
import { POINT } from '../../src/kernel/orderingPoints.js';
import type { SerializationPolicy } from '../../src/kernel/serializationPolicy.js';
import { syncCoreBeforeUsermode } from '../../src/kernel/syncCoreBeforeUsermode.js';
import { policy as mainline } from '../../src/policies/mainline.js';
import { policy as riscvStaleMask } from '../../src/policies/riscv-stale-mask.js';
import { scenario as kthreadReturn } from '../../src/scenarios/kthread-return.js';
import type { Step, TaskSpec } from '../../src/scenarios/scenario.js';
import { hazardOf, type Request } from './situations.js';

export interface Case {
  /** `BUG-nn`, `Sn`, or a variant by name. */
  readonly of: readonly string[];
  readonly title: string;
  readonly situation: Request;
  /** What is added to the situation to take the fix away. */
  readonly withoutFix: Partial<Request>;
  readonly violation: Violation['kind'];
  /** Steps of the shortest witness, at most. */
  readonly witness: number;
  readonly options?: Partial<ExplorationOptions>;
}

/* ---- programs ---- */

const call: Step = { op: 'call', site: 'hot', times: 1 };
const publish: Step = { op: 'publish', site: 'hot' };
const yields: Step = { op: 'yield' };
const register: Step = { op: 'membarrier', command: 'register-sync-core' };
const syncCore: Step = { op: 'membarrier', command: 'sync-core' };
const rounds = (...body: readonly Step[]): Step => ({ op: 'rounds', body });

function task(
  name: string,
  on: TaskSpec['on'],
  program: readonly Step[],
  rest: Partial<TaskSpec> = {},
): TaskSpec {
  return { name, process: 'jit', on, program, ...rest };
}

/** READY is seen by one thread while another is still registering. */
const registeringWhileCalling = hazardOf(
  [
    task('registrar', 'first', [rounds(register)]),
    task('caller', 'third', [rounds(syncCore)]),
    task('executor', 'second', [yields, call]),
    task('kworker', 'second', [rounds(yields)], { process: 'kernel' }),
  ],
  { cpus: 3 },
);

/** Registered for the plain command first, then for SYNC_CORE. */
const registeredTwice = {
  ...kthreadReturn,
  tasks: kthreadReturn.tasks.map((spec, index) =>
    index > 0
      ? spec
      : { ...spec, program: [{ op: 'membarrier', command: 'register-private' } as const, ...spec.program] },
  ),
};

/** One thread, one mapping to write through and another to execute. */
const aliasWriter = hazardOf([task('jit', 'first', [register, rounds(call, publish, call)])]);

/** The reschedule is owed already when membarrier interrupts. */
export const interruptThenSchedule = hazardOf([
  task('jit', 'first', [
    register,
    { op: 'spin', until: 'ready', atLeast: 1 },
    { op: 'wake', event: 'urgent-work' },
    rounds(publish, { op: 'spin', until: 'called', atLeast: 1 }),
  ]),
  task(
    'urgent',
    'second',
    [{ op: 'wait', event: 'urgent-work', signals: 1 }, call, { op: 'set', variable: 'called', to: 1 }],
    { priority: 1 },
  ),
  task('executor', 'second', [
    call,
    { op: 'add', variable: 'ready', amount: 1 },
    rounds({ op: 'spin', until: 'called', atLeast: 1 }),
  ]),
]);

/** Two processes give way to each other; no handshake with the JIT. */
const twoProcesses = hazardOf(
  [
    task('jit', 'first', [register, rounds(publish)]),
    task('walker', 'second', [rounds(call, yields), call]),
    task('stranger', 'second', [rounds(yields)], { process: 'other' }),
  ],
  { processes: ['jit', 'other'] },
);

/** What an interrupt orders by itself, whatever its handler does. */
const INTERRUPT_ORDERS = ['interrupt-entry', 'call-queue-pop'];

/** The same, marked stale by an earlier call while the other process runs. */
const markedStale = hazardOf(
  [
    task('jit', 'first', [
      register,
      { op: 'spin', until: 'walked', atLeast: 1 },
      syncCore,
      { op: 'set', variable: 'marked', to: 1 },
      rounds(publish),
    ]),
    task('walker', 'second', [call, { op: 'add', variable: 'walked', amount: 1 }, yields, yields, call]),
    task('stranger', 'second', [{ op: 'spin', until: 'marked', atLeast: 1 }, rounds(yields)], {
      process: 'other',
    }),
  ],
  { processes: ['jit', 'other'] },
);

/** A thread and a kernel thread give way to each other while the JIT registers and publishes. */
export const givingWay = hazardOf([
  task('jit', 'first', [register, rounds(publish)]),
  task('executor', 'second', [call, yields, call]),
  task('kworker', 'second', [yields], { process: 'kernel' }),
]);

const runningThread = hazardOf([
  task('jit', 'first', [register, rounds(publish)]),
  task('executor', 'second', [rounds(call), call]),
]);

/* ---- data, not code: what a memory barrier is for ---- */

const set = (variable: string): Step => ({ op: 'set', variable, to: 1 });
const load = (variable: string, into: string): Step => ({ op: 'load', variable, into });
const sees = (variable: string): Step => ({ op: 'spin', until: variable, atLeast: 1 });
const NEITHER_SEES_THE_OTHER = { r1: 0, r2: 0 } as const;
const TWO_PROCESSES = { processes: ['app', 'other'] } as const;

/** GLOBAL_EXPEDITED by somebody else, against the thread that has just registered. */
const registrantItself = {
  ...hazardOf(
    [
      task(
        'registrar',
        'first',
        [
          { op: 'membarrier', command: 'register-global-expedited' },
          rounds(set('ready'), set('y'), load('x', 'r1')),
        ],
        { process: 'app' },
      ),
      // With one user of the address space there would be nobody else to tell.
      task('sleeper', 'first', [{ op: 'wait', event: 'end', signals: 1 }], { process: 'app' }),
      task(
        'caller',
        'second',
        [
          rounds(
            sees('ready'),
            set('x'),
            { op: 'membarrier', command: 'global-expedited' },
            load('y', 'r2'),
            { op: 'wake', event: 'end' },
          ),
        ],
        { process: 'other' },
      ),
    ],
    TWO_PROCESSES,
  ),
  forbidden: NEITHER_SEES_THE_OTHER,
};

/** GLOBAL_EXPEDITED against a thread that has been running since before its process registered. */
const siblingOfTheRegistrant = {
  ...hazardOf(
    [
      task(
        'registrar',
        'first',
        [sees('running'), { op: 'membarrier', command: 'register-global-expedited' }, rounds(set('ready'))],
        { process: 'app' },
      ),
      task('peer', 'second', [set('running'), rounds(sees('ready'), set('y'), load('x', 'r1'))], {
        process: 'app',
      }),
      task(
        'caller',
        'first',
        [rounds(sees('ready'), set('x'), { op: 'membarrier', command: 'global-expedited' }, load('y', 'r2'))],
        { process: 'other' },
      ),
    ],
    TWO_PROCESSES,
  ),
  forbidden: NEITHER_SEES_THE_OTHER,
};

/** A thread is switched in after one of another process, while a call looks for whom to interrupt. */
const afterAnotherProcess = {
  ...hazardOf(
    [
      task(
        'caller',
        'first',
        [
          { op: 'membarrier', command: 'register-private' },
          rounds(
            { op: 'wake', event: 'go' },
            set('woken'),
            set('x'),
            { op: 'membarrier', command: 'private' },
            load('y', 'r2'),
          ),
        ],
        { process: 'app' },
      ),
      task('peer', 'second', [{ op: 'wait', event: 'go', signals: 1 }, set('y'), load('x', 'r1')], {
        process: 'app',
      }),
      task('stranger', 'second', [rounds(sees('woken'), yields)], { process: 'other' }),
    ],
    TWO_PROCESSES,
  ),
  forbidden: NEITHER_SEES_THE_OTHER,
};

/* ---- policies that were never merged, and for a reason ---- */

/** Looks at the mm that was dropped, and only where it is not the one that goes on. */
const testsTheOtherMm: SerializationPolicy = {
  ...mainline,
  *finishTaskSwitch(c, borrowed) {
    if (borrowed < 0 || c.currentMm === borrowed) return;
    const state = yield c.load(c.kernel.mm.membarrierState(borrowed));
    if (state & STATE.syncCore) yield* syncCoreBeforeUsermode(c, c.currentMm, POINT.finishTaskSwitchSync);
  },
};

/** flush_icache_deferred() with the mark cleared behind the fence. */
const fenceBeforeClear: SerializationPolicy = {
  ...riscvStaleMask,
  *switchMm(c, next) {
    const word = c.kernel.staleMask(next, c.id >>> 5);
    const bit = 1 << (c.id & 31);
    if (((yield c.load(word)) & bit) === 0) return;
    yield* syncCoreBeforeUsermode(c, next, POINT.deferredFlush);
    yield c.and(word, ~bit);
  },
};

/** The caller flags every cpu itself; the interrupt only makes a cpu leave user mode. */
function flaggedByTheCaller(order: 'clear-first' | 'sync-first'): SerializationPolicy {
  return {
    ...mainline,
    *prepareSyncCore(c) {
      for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) yield c.or(c.kernel.runQueue.needCoreSync(cpu), 1);
    },
    *ipiSyncCore() {},
    *exitToUserMode(c: Cpu) {
      const flag = c.kernel.runQueue.needCoreSync(c.id);
      if ((yield c.load(flag)) === 0) return;
      if (order === 'clear-first') yield c.and(flag, 0);
      yield* syncCoreBeforeUsermode(c, c.currentMm, POINT.exitToUserSync);
      if (order === 'sync-first') yield c.and(flag, 0);
    },
  };
}

/** Only cpus in mm_cpumask are interrupted, and no scheduler hook: a cpu that runs something else has no bit. */
const skipsByStaleCpumask: SerializationPolicy = {
  ...mainline,
  finishTaskSwitch: undefined as never,
  *isTarget(c, own, cpu) {
    const curr = yield c.load(c.kernel.runQueue.curr(cpu));
    if ((yield c.load(c.kernel.task.mm(curr))) === 0) return false; // PF_KTHREAD: it will not execute user code
    return ((yield c.load(c.kernel.mmCpumask(own, cpu >>> 5))) & (1 << (cpu & 31))) !== 0;
  },
};

/* ---- the cases ---- */

export const CASES: readonly Case[] = [
  {
    of: ['BUG-02'],
    title: 'rq->curr is stored, and nothing keeps it from being late: the unlock is a release only',
    situation: { scenario: afterAnotherProcess, arch: 'arm64-a11' },
    withoutFix: { without: ['switch-mm-load'] },
    violation: 'forbidden-outcome',
    witness: 29,
    options: { memory: 'pso' },
  },
  {
    of: ['BUG-03'],
    title: 'the READY bit before the intent bit: a call succeeds that the scheduler knows nothing of',
    // Without the mutex of 6.8: with it the call waits for the registration. Intent before READY is enough here; the
    // grace period between them is for a cpu that reorders its loads and stores.
    situation: { scenario: registeringWhileCalling, kernel: { ipiMutex: false, registration: 'one-phase' } },
    withoutFix: { kernel: { ipiMutex: false, registration: 'ready-first' } },
    violation: 'unserialized',
    witness: 33,
    options: { fetching: 'on-execution' },
  },
  {
    of: ['BUG-04', 'S6'],
    title:
      'the caller moves to the cpu it was about to interrupt, and "every cpu but this one" leaves it out',
    situation: { scenario: 'caller-migrates' },
    withoutFix: { kernel: { syncCoreCaller: 'skipped' } },
    violation: 'stale',
    witness: 68,
  },
  {
    of: ['BUG-05', 'S2'],
    title: 'kernel thread -> user thread of the mm that is still loaded',
    situation: { scenario: 'kthread-return' },
    withoutFix: { without: ['finish-task-switch-sync'] },
    violation: 'stale',
    witness: 22,
  },
  {
    of: ['BUG-06'],
    title: 'one READY bit is taken for another: the second registration does nothing',
    situation: { scenario: registeredTwice },
    withoutFix: { kernel: { registrationTests: 'any-ready-bit' } },
    violation: 'stale',
    witness: 15,
  },
  {
    of: ['BUG-07'],
    title: 'the mm that was dropped is looked at instead of the one that goes on',
    situation: { scenario: 'kthread-return' },
    withoutFix: { policy: testsTheOtherMm },
    violation: 'stale',
    witness: 21,
  },
  {
    of: ['BUG-08'],
    title: 'a copy of the word on each run queue, and nobody tells the cpus that run the mm already',
    situation: { scenario: siblingOfTheRegistrant },
    withoutFix: { kernel: { registration: 'one-phase' } },
    violation: 'forbidden-outcome',
    witness: 12,
    options: { memory: 'tso' },
  },
  {
    of: ['BUG-09'],
    title: "the registrant's own run queue is not told",
    situation: { scenario: registrantItself },
    withoutFix: { kernel: { registrationCaller: 'skipped' } },
    violation: 'forbidden-outcome',
    witness: 13,
    options: { memory: 'tso' },
  },
  {
    of: ['BUG-12'],
    title: 'exit_mm(): the mm is gone before what the task stored in user mode is visible',
    situation: { scenario: 'ordering-d', arch: 'arm64-a11' },
    withoutFix: { without: ['exit-mm'] },
    violation: 'forbidden-outcome',
    witness: 18,
    options: { memory: 'pso' },
  },
  {
    of: ['BUG-13'],
    title: 'kthread_use_mm(): what the thread does with the mm is not ordered behind taking it',
    situation: { scenario: 'ordering-e-use-mm', arch: 'arm64-a11' },
    withoutFix: { without: ['kthread-use-mm'] },
    violation: 'forbidden-outcome',
    witness: 21,
    options: { memory: 'pso' },
  },
  {
    of: ['kthread_unuse_mm'],
    title: 'kthread_unuse_mm(): the mm is given back before what the thread did with it is visible',
    situation: { scenario: 'ordering-e-unuse-mm', arch: 'arm64-a11' },
    withoutFix: { without: ['kthread-unuse-mm'] },
    violation: 'forbidden-outcome',
    witness: 20,
    options: { memory: 'pso' },
  },
  {
    of: ['BUG-14'],
    title: 'in interrupt context nothing is done, because IRET will: it does not come',
    situation: { scenario: interruptThenSchedule },
    withoutFix: { kernel: { inIrqShortcut: true } },
    violation: 'stale',
    witness: 22,
  },
  {
    of: ['BUG-15', 'S5'],
    title: 'the handler is a plain barrier, the interrupt returns through schedule() and SYSRET',
    situation: { scenario: interruptThenSchedule },
    withoutFix: { kernel: { syncCoreIpi: 'implicit' } },
    violation: 'stale',
    witness: 22,
  },
  {
    of: ['BUG-16', 'S4', 'BUG-25'],
    title: "another thread replaces the caller on the caller's own cpu, which was left out",
    situation: { scenario: 'caller-cpu', rounds: 2 },
    withoutFix: { kernel: { syncCoreCaller: 'skipped' } },
    violation: 'stale',
    witness: 8,
  },
  {
    of: ['BUG-18'],
    title: 'one thread, so nobody to interrupt: its own cpu is forgotten',
    situation: { scenario: aliasWriter },
    withoutFix: { kernel: { syncCoreSingleUserShortcut: true } },
    violation: 'stale',
    witness: 6,
  },
  {
    of: ['BUG-19'],
    title: 'riscv: rq->curr is late behind the test of the mark, so neither side sees the other',
    situation: { scenario: twoProcesses, arch: 'riscv64', policy: riscvStaleMask },
    withoutFix: { without: ['switch-mm-deferred-flush'] },
    violation: 'unserialized',
    witness: 25,
    options: { memory: 'pso', fetching: 'on-execution' },
  },
  {
    of: ['BUG-17'],
    title: 'the handler of RSEQ has no barrier, on a machine where the interrupt itself orders nothing',
    situation: { scenario: 'ordering-rseq', arch: 'riscv64', without: INTERRUPT_ORDERS },
    withoutFix: { without: [...INTERRUPT_ORDERS, 'ipi-rseq-mb'] },
    violation: 'forbidden-outcome',
    witness: 24,
    options: { memory: 'rmo' },
  },
  {
    of: ['BUG-31'],
    title:
      'riscv: the stale mark is read early, before the address space is marked as loaded: a flush finds neither',
    situation: {
      scenario: 'deferred-flush',
      arch: 'riscv64',
      policy: riscvStaleMask,
      protocol: 'flush-then-pointer',
    },
    // Loading the address space is a barrier here, between the two; on riscv it is none.
    withoutFix: { without: ['switch-mm-load'] },
    violation: 'stale',
    witness: 20,
    options: { memory: 'rmo', fetching: 'on-execution' },
  },
  {
    of: ['BUG-29'],
    title: 'kernel thread -> user thread without the atomic of mmdrop()',
    situation: { scenario: 'ordering-c-switch-in', arch: 'arm64-a11' },
    withoutFix: { without: ['finish-task-switch-mmdrop'] },
    violation: 'forbidden-outcome',
    witness: 35,
    options: { memory: 'pso' },
  },
  {
    of: ['BUG-24', 'S1'],
    title: 'a patch that cannot tear is not sent to the other cpus at all (arm64)',
    situation: { scenario: 'interrupted-peer', arch: 'arm64-a00' },
    withoutFix: { protocol: 'flush-only' },
    violation: 'stale',
    witness: 8,
  },
  {
    of: ['BUG-28', 'S7'],
    title: 'a thread patches, is moved, and runs the old code elsewhere: allowed to this day',
    // Only serializing between threads of one mm would forbid it.
    situation: { scenario: 'writer-migrates', protocol: 'flush-only', policy: 'every-switch-registered' },
    withoutFix: { policy: 'mainline' },
    violation: 'stale',
    witness: 27,
  },
  {
    of: ['S1'],
    title: 'a peer in user mode: neither the handler nor the return from it serializes',
    situation: { scenario: 'interrupted-peer' },
    withoutFix: { without: ['ipi-sync-core', 'interrupt-return'] },
    violation: 'stale',
    witness: 25,
  },
  {
    of: ['S3'],
    title: 'another process runs during the scan, and loading the address space does not serialize',
    situation: { scenario: 'other-mm' },
    withoutFix: { without: ['switch-mm-load'] },
    violation: 'stale',
    witness: 22,
  },
  {
    of: ['S3', 'store of rq->curr'],
    title: 'the address space is loaded before rq->curr is stored: skipped, and serialized too early',
    situation: { scenario: twoProcesses },
    withoutFix: { kernel: { currStored: 'after-switch-mm' } },
    violation: 'unserialized',
    witness: 23,
  },
  {
    of: ['S8'],
    title: 'a cpu comes online after the call, and neither its start nor its first load of the mm serializes',
    situation: { scenario: 'cpu-online' },
    withoutFix: { without: ['cpu-start', 'switch-mm-load'] },
    violation: 'unserialized',
    witness: 54,
  },
  {
    of: ['deferred: task flag'],
    title: 'the flagged thread sleeps again, and another thread of the mm goes to user mode',
    situation: { scenario: 'flag-left-behind', policy: 'deferred-cpu' },
    withoutFix: { policy: 'deferred-task-registered' },
    violation: 'stale',
    witness: 21,
  },
  {
    of: ['deferred: task flag'],
    title: 'the same with the flag set for everybody',
    situation: { scenario: 'flag-left-behind', policy: 'mainline' },
    withoutFix: { policy: 'deferred-task' },
    violation: 'stale',
    witness: 21,
  },
  {
    of: ['deferred: task flag in the handler'],
    title: 'the handler flags the thread it hit, and another one goes to user mode',
    situation: { scenario: interruptThenSchedule, policy: 'deferred-cpu' },
    withoutFix: { policy: 'deferred-ipi-task' },
    violation: 'stale',
    witness: 23,
  },
  {
    of: ['lost flush', 'riscv stale mask'],
    title: 'the mark is cleared behind the fence: one that was set in between is lost',
    situation: { scenario: markedStale, arch: 'riscv64', policy: 'riscv-stale-mask' },
    withoutFix: { policy: fenceBeforeClear },
    violation: 'unserialized',
    witness: 29,
    options: { fetching: 'on-execution' },
  },
  {
    of: ['lost flush', 'deferred: flag set by the caller'],
    title: 'the flag is cleared behind the serialization: one that was set in between is lost',
    situation: {
      scenario: runningThread,
      arch: 'riscv64',
      policy: flaggedByTheCaller('clear-first'),
      rounds: 2,
    },
    withoutFix: { policy: flaggedByTheCaller('sync-first') },
    violation: 'unserialized',
    witness: 52,
    options: { fetching: 'on-execution' },
  },
  {
    of: ['riscv stale mask'],
    title: 'loading an address space does not serialize on riscv, and no mark says that it has to',
    situation: { scenario: 'other-mm', arch: 'riscv64', policy: 'riscv-stale-mask' },
    withoutFix: { policy: 'mainline' },
    violation: 'stale',
    witness: 20,
  },
  {
    of: ['mm_cpumask'],
    title: 'interrupts by mm_cpumask need no scheduler hook, unless kernel threads are left out of them',
    situation: { scenario: 'kthread-return', policy: 'ipi-mm-cpumask' },
    withoutFix: { policy: skipsByStaleCpumask },
    violation: 'stale',
    witness: 21,
  },
];

/** Why the others are not there. */
export const NOT_EXPRESSED: Readonly<Record<string, string>> = {
  'BUG-01':
    'a cpu in user mode is never an extended quiescent state here: a grace period interrupts it, and so orders it',
  'BUG-10': 'an unbalanced rcu_read_lock() hangs; locks of readers are not modelled',
  'BUG-11': 'a task is not moved between computing the address of its run queue and storing to it',
  'BUG-20': 'mm_cid, which is read too early, is not modelled',
  'BUG-21': 'calls without end slow everybody down: fairness, no schedule of it is wrong',
  'BUG-22': 'waiting for the mutex takes long: latency, no schedule of it is wrong',
  'BUG-23': 'page tables are not modelled, and membarrier looks at rq->curr, not at the loaded mm',
  'BUG-26': 'what a kernel thread did before kthread_use_mm() is no access to the mm',
  'BUG-27': 'either of two reads of curr->mm leads to a good decision; what goes wrong is a NULL dereference',
  'BUG-30': 'a gap in a test, not a schedule; test/conformance calls the command itself',
};

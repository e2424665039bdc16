/** What a scenario should come to, derived from what the architecture, the kernel and the policy say they do.
 *
 *  These rules never look at what the simulator printed. Each one is a sentence that a kernel or JIT engineer can
 *  check against its source; the first that applies decides. The matrix compares them with what happens.
 *
 *  Source: Linux kernel/sched/membarrier.c and Documentation/scheduler/membarrier.rst; the sources of profile and
 *  policy for what those claim. */
import { assertNever } from '../base/errors.js';
import type { ArchitectureProfile } from '../hw/profile.js';
import { type Placement, placementIsAtomic } from '../jit/placement.js';
import type { PublicationProtocol } from '../jit/protocol.js';
import type { KernelConfig } from '../kernel/kernelConfig.js';
import type { SerializationPolicy, Timing } from '../kernel/serializationPolicy.js';
import { type Hazard, publishes, type Scenario } from './scenario.js';

export interface Expectation {
  readonly verdict: 'safe' | 'stale' | 'torn' | 'unsupported';
  /** The rule, as a sentence. */
  readonly because: string;
}

export interface Circumstances {
  readonly scenario: Hazard;
  readonly profile: ArchitectureProfile;
  readonly config: KernelConfig;
  readonly policy: SerializationPolicy;
  readonly protocol: PublicationProtocol;
  readonly placement: Placement;
}

const safe = (because: string): Expectation => ({ verdict: 'safe', because });
const stale = (because: string): Expectation => ({ verdict: 'stale', because });

export function expectationOf(at: Circumstances): Expectation {
  const { scenario, profile, protocol } = at;
  const usesSyncCore = callsSyncCore(scenario, protocol);
  if (usesSyncCore && !profile.membarrierSyncCore) {
    return { verdict: 'unsupported', because: 'the kernel offers no SYNC_CORE on this architecture' };
  }
  if (scenario.fetchesBetweenStores && !placementIsAtomic(at.placement)) {
    return { verdict: 'torn', because: 'a site that takes two stores is fetched between them' };
  }
  return maintenanceIsMissing(at) ?? serialization(at, usesSyncCore);
}

/** Does the protocol call SYNC_CORE, and the scenario publish by it? */
export function callsSyncCore(scenario: Scenario, protocol: PublicationProtocol): boolean {
  return publishes(scenario) && protocol.writer.includes('membarrier-sync-core');
}

/** The cache steps: without them a core that serializes fetches the old bytes again. */
function maintenanceIsMissing({ scenario, profile, protocol }: Circumstances): Expectation | undefined {
  if (scenario.fetchesBetweenStores) {
    // The program does the steps itself, on the writing cpu.
    return profile.icache === 'local-invalidate' && profile.serializationDrops === 'decoded'
      ? stale('the invalidate does not reach other cpus')
      : undefined;
  }
  // The program does the steps itself, after each store.
  if (scenario.path === 'behind-a-breakpoint') return undefined;
  if (scenario.path === 'never-ran-it') return undefined;
  // __builtin___clear_cache() is both steps, where an architecture needs them.
  const takes = (step: 'clean' | 'invalidate'): boolean =>
    protocol.writer.includes(step) || protocol.writer.includes('clear-cache');
  if (!profile.storesReachPou && !takes('clean')) {
    return stale('the store was not cleaned to the point of unification');
  }
  if (profile.icache === 'broadcast-invalidate' && !takes('invalidate')) {
    return stale('the icaches were not told: core serialization is not an icache flush');
  }
  return undefined;
}

/** Is the process registered, if the architecture lets it? */
function isRegistered({ scenario, profile }: Circumstances): boolean {
  return scenario.registered === 'yes' && profile.membarrierSyncCore;
}

/** What stands between the patch and the next call on the cpu in question. */
function serialization(at: Circumstances, usesSyncCore: boolean): Expectation {
  const { scenario, profile } = at;
  const barrier = usesSyncCore && isRegistered(at);
  switch (scenario.path) {
    case 'behind-a-breakpoint':
      return safe(
        'every cpu serializes after each store, and the kernel carries out what is patched in between',
      );
    case 'never-ran-it':
      return safe('a cpu that has never run the code has nothing old to run');
    case 'serializes-itself':
      return safe('the executor serializes after it has learned of the code');
    case 'stays-in-user-mode':
      return barrier ? interruptedTask(at) : stale('nothing serializes a core that never leaves user mode');
    case 'interrupted':
      return barrier ? interruptedTask(at) : stale('nothing serializes a core that never leaves user mode');
    default:
  }
  // Every other path ends with a system call return.
  if (profile.syscallReturnSerializes)
    return safe('every return to user mode serializes on this architecture');
  if (at.policy.claims.everyExit === 'yes') return safe('the policy serializes on every return to user mode');
  switch (scenario.path) {
    case 'interrupted-then-other-thread':
      return interruptedThenOther(at, barrier);
    case 'lazy-return':
      return lazyReturn(at, barrier, 'same-task');
    case 'lazy-return-handed-over':
      return lazyReturn(at, barrier, 'another-task');
    case 'thread-moves-in-lazily':
      return lazyReturn(at, false, 'same-task');
    case 'other-mm':
      return otherMm(at, barrier);
    case 'caller-cpu':
    case 'caller-moves-in':
      return callerCpu(at, barrier);
    case 'thread-moves-in':
      if (barrier) return interruptedThenOther(at, barrier);
      return sameMmSwitch(at) ?? stale('no kernel serializes between two threads of one mm without a call');
    default:
      return assertNever(scenario.path);
  }
}

function sameMmSwitch(at: Circumstances): Expectation | undefined {
  if (at.policy.claims.sameMmSwitch !== 'registered' || !isRegistered(at)) return undefined;
  return safe('the policy serializes on every switch to a thread of a registered mm');
}

/** The same task goes on, by the interrupt return. */
function interruptedTask({ profile, policy, config }: Circumstances): Expectation {
  if (profile.interruptReturnSerializes) return safe('the interrupt return serializes');
  if (policy.claims.everyExit === 'yes') return safe('the policy serializes on every return to user mode');
  return handler(policy.claims.interrupt, config, 'same-task', profile);
}

function interruptedThenOther(at: Circumstances, barrier: boolean): Expectation {
  const switched = sameMmSwitch(at);
  if (switched) return switched;
  if (!barrier) return stale('nobody was interrupted');
  return handler(at.policy.claims.interrupt, at.config, 'another-task', at.profile);
}

/** What the handler of the interrupt leaves behind for whoever goes to user mode next. */
function handler(
  interrupt: SerializationPolicy['claims']['interrupt'],
  config: KernelConfig,
  next: 'same-task' | 'another-task',
  profile: ArchitectureProfile,
): Expectation {
  if (interrupt !== 'as-the-kernel') return honoured(interrupt, next, profile);
  return config.syncCoreIpi === 'explicit' && !config.inIrqShortcut
    ? safe('the interrupt handler serializes')
    : stale('the handler counts on the interrupt return, which does not serialize here or does not happen');
}

function honoured(
  timing: Timing,
  next: 'same-task' | 'another-task',
  profile: ArchitectureProfile,
): Expectation {
  switch (timing) {
    case 'at-once':
      return safe('serialized at once');
    case 'task-flag':
      return next === 'same-task'
        ? safe('the flagged task serializes on its way to user mode')
        : stale('the flag stays with a task that does not go to user mode; another one does');
    case 'cpu-flag':
      return safe('whoever goes to user mode on this cpu next serializes');
    case 'cpu-flag-interrupt-return':
      return profile.interruptReturnSerializes
        ? safe('whoever goes to user mode on this cpu next leaves by the interrupt return')
        : stale('the interrupt return does not serialize on this architecture');
  }
}

function lazyReturn(at: Circumstances, barrier: boolean, next: 'same-task' | 'another-task'): Expectation {
  const { profile, config, policy } = at;
  const { claims } = policy;
  if (barrier && claims.interrupts !== 'current-mm') {
    const hit = handler(claims.interrupt, config, 'another-task', profile);
    if (hit.verdict === 'safe') return safe('the cpu is interrupted although it runs a kernel thread');
  }
  if (config.lazyTlb === 'immediate' && profile.addressSpaceLoadSerializes) {
    return safe('a kernel thread does not stay on the address space, so the return loads it');
  }
  const switched = sameMmSwitch(at);
  if (switched) return switched;
  const { forWhom, timing } = claims.lazyReturn;
  const owed = forWhom === 'everybody' || (forWhom === 'registered' && isRegistered(at));
  if (!owed) return stale('kernel thread -> user finds the address space loaded, and nothing serializes');
  return honoured(timing, next, profile);
}

function otherMm(at: Circumstances, barrier: boolean): Expectation {
  const { profile, config, policy } = at;
  if (profile.addressSpaceLoadSerializes) return safe('loading the address space serializes');
  const { claims } = policy;
  if (claims.otherMmSwitch === 'registered' && isRegistered(at)) {
    return safe('the policy serializes when it switches to a registered mm');
  }
  if (claims.otherMmSwitch === 'stale-mask' && barrier) {
    return safe('membarrier has marked the cpu, and it serializes when it switches to the mm');
  }
  if (barrier && claims.interrupts === 'every-cpu') {
    const hit = handler(claims.interrupt, config, 'another-task', profile);
    if (hit.verdict === 'safe') return safe('the cpu is interrupted although it runs another process');
  }
  return stale('loading the address space does not serialize on this architecture, and nothing else does');
}

function callerCpu(at: Circumstances, barrier: boolean): Expectation {
  const switched = sameMmSwitch(at);
  if (switched) return switched;
  if (!barrier) return stale('nobody was interrupted');
  if (at.config.syncCoreCaller === 'skipped') return stale("membarrier leaves out the caller's own cpu");
  // The caller itself goes to user mode first, so a flag on it is honoured on this cpu.
  return handler(at.policy.claims.interrupt, at.config, 'same-task', at.profile);
}

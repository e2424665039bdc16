/** Takes away one ordering point at a time, and says which situation notices: what each of them is for.
 *
 *  Every situation is one in which nothing can go wrong as long as all points are there; that is looked at first.
 *  A point whose removal no situation notices is a survivor. Some have a reason, which stands here. Where only a part of the
 *  situations is looked at, a point that nobody misses there is not judged: another one may.
 *
 *  Source: mutation testing (DeMillo, Lipton and Sayward, "Hints on Test Data Selection", 1978), with the ordering
 *  points of the kernel as the places to mutate. */
import { LabError } from '../base/errors.js';
import type { Violation } from '../explore/space.js';
import type { MemoryModel } from '../hw/memoryModel.js';
import { ORDERING_POINTS, type OrderingPoint } from '../kernel/orderingPoints.js';
import { printSchedule } from '../trace/schedule.js';
import { DEFAULT_EXPLORATION_OPTIONS, explore } from './exploration.js';
import { prepareSituation, type Situation, type SituationRequest } from './situation.js';

/** A situation, and how far accesses may be out of order in it. */
export interface MutationSituation extends SituationRequest {
  readonly memory?: MemoryModel;
}

/** Together they notice every point that the memory models can tell of. */
export const MUTATION_SITUATIONS: readonly MutationSituation[] = [
  { scenario: 'kthread-return', arch: 'x86-64', policy: 'mainline' },
  { scenario: 'other-mm', arch: 'x86-64', policy: 'mainline' },
  { scenario: 'interrupted-peer', arch: 'x86-64', policy: 'mainline' },
  { scenario: 'interrupt-reschedules', arch: 'x86-64', policy: 'mainline' },
  { scenario: 'caller-cpu', arch: 'x86-64', policy: 'mainline', rounds: 2 },
  { scenario: 'kthread-return', arch: 'x86-64', policy: 'deferred-cpu' },
  { scenario: 'other-mm', arch: 'riscv64', policy: 'riscv-stale-mask' },
  { scenario: 'deferred-flush', arch: 'riscv64', policy: 'riscv-stale-mask', memory: 'pso' },
  { scenario: 'cpu-online', arch: 'riscv64', policy: 'mainline' },
  { scenario: 'kthread-return', arch: 'arm64-a00', policy: 'mainline' },
  { scenario: 'interrupted-peer', arch: 'arm64-a00', policy: 'mainline' },
  {
    scenario: 'publication',
    arch: 'riscv64',
    policy: 'mainline',
    protocol: 'flush-then-pointer',
    memory: 'pso',
  },
  { scenario: 'publication', arch: 'arm64-a11', policy: 'mainline', protocol: 'handshake', memory: 'pso' },
  { scenario: 'torn-patch', arch: 'x86-64', policy: 'mainline', placement: 'within-word' },
  { scenario: 'torn-patch', arch: 'arm64-a11', policy: 'mainline', placement: 'within-word', memory: 'pso' },
  { scenario: 'ordering-a', arch: 'arm64-a11', policy: 'mainline', memory: 'pso' },
  { scenario: 'ordering-b', arch: 'arm64-a11', policy: 'mainline', memory: 'pso' },
  { scenario: 'ordering-c-switch-in', arch: 'arm64-a11', policy: 'mainline', memory: 'pso' },
  // Before 6.8 brought a mutex, whose locked instruction x86 takes for a barrier.
  { scenario: 'ordering-c-switch-in', arch: 'x86-64', policy: 'mainline', kernel: '5.4', memory: 'tso' },
  { scenario: 'ordering-c-switch-out', arch: 'arm64-a11', policy: 'mainline', memory: 'pso' },
  { scenario: 'ordering-d', arch: 'arm64-a11', policy: 'mainline', memory: 'pso' },
  { scenario: 'ordering-e-use-mm', arch: 'arm64-a11', policy: 'mainline', memory: 'pso' },
  { scenario: 'ordering-e-unuse-mm', arch: 'arm64-a11', policy: 'mainline', memory: 'pso' },
  { scenario: 'ordering-c-switch-in', arch: 'arm64-a11', policy: 'mainline', memory: 'rmo' },
  // Where the return to user mode orders no loads; before 6.8, again, because of the locks in mutex_unlock().
  { scenario: 'ordering-interrupted', arch: 'riscv64', policy: 'mainline', kernel: '6.1', memory: 'rmo' },
  { scenario: 'ordering-interrupted', arch: 'riscv64', policy: 'mainline', memory: 'rmo' },
  { scenario: 'ordering-rseq', arch: 'riscv64', policy: 'mainline', memory: 'rmo' },
  // Where the interrupt return serializes, it does what do_sync_core() is for.
  { scenario: 'text-poke-int3', arch: 'arm64-exs', policy: 'mainline' },
  {
    scenario: 'text-poke-int3',
    arch: 'arm64-a11',
    policy: 'mainline',
    placement: 'within-word',
    memory: 'pso',
  },
];

/** A point that nobody misses, and why. */
interface KnownSurvivor {
  readonly reason: string;
  /** Points that do what it does, and a scenario that goes wrong without any of them: looked at like everything else. */
  readonly covered?: { readonly by: readonly string[]; readonly in: string };
}

const INTERRUPTS_LATE = 'the interrupt controller is written behind a barrier of its own, and is there first';

const KNOWN_SURVIVORS: Readonly<Record<string, KnownSurvivor>> = {
  'membarrier-call': {
    reason: 'the wait for the interrupted cpus is no access of its own: nothing is taken away',
  },
  'ipi-mb': {
    reason: 'the interrupt orders the same by itself, in two ways; without them it is missed',
    covered: { by: ['interrupt-entry', 'call-queue-pop'], in: 'ordering-interrupted' },
  },
  'ipi-rseq-mb': {
    reason: 'the interrupt orders the same by itself, in two ways; without them it is missed',
    covered: { by: ['interrupt-entry', 'call-queue-pop'], in: 'ordering-rseq' },
  },
  'call-queue-pop': {
    reason: 'the interrupt and the handlers order the same; without them it is missed',
    covered: { by: ['interrupt-entry', 'ipi-rseq-mb'], in: 'ordering-rseq' },
  },
  'breakpoint-handler': {
    reason: 'the atomic behind it, try_get_text_poke_array(), is a full barrier and never early',
  },
  'flush-icache-own': {
    reason: 'the writer does not execute what it writes, and nobody looks at its own hart',
  },
  'kick-all-cpus': { reason: INTERRUPTS_LATE },
};

export interface MutationRequest {
  /** Only situations of these scenarios; all where left out. */
  readonly scenarios?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Wall clock in milliseconds, from any point on. */
  readonly clock: () => number;
}

export interface Noticed {
  readonly situation: Situation;
  readonly memory: MemoryModel;
  readonly violation: Violation['kind'];
  /** Steps of the shortest witness. */
  readonly length: number;
  readonly isShortest: boolean;
  readonly schedule: string;
}

export interface Mutation {
  readonly id: string;
  readonly kind: OrderingPoint['kind'];
  /** Scenarios that pass the point on some schedule. */
  readonly passedBy: readonly string[];
  /** By every situation that goes wrong without the point. */
  readonly noticed: readonly Noticed[];
  /** Situations in which the bounds ended the exploration. */
  readonly undecided: readonly string[];
  /** Why nobody notices; undefined where somebody does, and for a survivor that nothing is known about. */
  readonly reason: string | undefined;
  /** Where other points are the reason: by the situation that goes wrong without any of them. */
  readonly covered: Noticed | undefined;
  readonly verdict: 'noticed' | 'survivor' | 'survivor-with-a-reason' | 'not-judged' | 'undecided';
}

/** @throws {LabError} E_UNKNOWN_NAME for a scenario that is in no situation; E_BASELINE for a situation that goes
 *  wrong with every point in its place. */
export async function* mutations(request: MutationRequest): AsyncGenerator<Mutation> {
  const situations = MUTATION_SITUATIONS.filter(
    ({ scenario }) => request.scenarios?.includes(scenario) ?? true,
  );
  const unknown = request.scenarios?.find(
    (name) => !MUTATION_SITUATIONS.some(({ scenario }) => scenario === name),
  );
  if (unknown !== undefined) {
    const known = [...new Set(MUTATION_SITUATIONS.map(({ scenario }) => scenario))];
    throw new LabError(
      'E_UNKNOWN_NAME',
      `no mutation is tried in scenario '${unknown}'`,
      `Use one of: ${known.join(', ')}.`,
    );
  }
  const held: Held[] = [];
  for (const situation of situations) {
    const found = await holds(situation, request);
    if (!found) return;
    held.push(found);
  }
  for (const point of ORDERING_POINTS) {
    const found = await mutation(point, held, request);
    // What was interrupted in the middle says nothing.
    if (request.signal?.aborted) return;
    yield found;
  }
}

/** A situation that nothing is wrong with as it is, and the points that it passes. */
interface Held {
  readonly situation: MutationSituation;
  readonly pointsPassed: readonly string[];
}

/** @returns undefined where it was interrupted. */
async function holds(situation: MutationSituation, request: MutationRequest): Promise<Held | undefined> {
  const { scenario, arch, policy, memory = 'sc' } = situation;
  const asItIs = await situationWithout(situation, []);
  const { outcome, witness, pointsPassed } = await exploration(asItIs, memory, request);
  if (request.signal?.aborted) return undefined;
  if (outcome === 'forbidden') return { situation, pointsPassed };
  throw new LabError(
    'E_BASELINE',
    `${scenario} on ${arch}, ${memory}, under ${policy} is ${outcome} with every point in its place` +
      (witness ? `: ${witness.found.violation.kind}` : ''),
    'Mutations mean nothing there; explore it by itself first.',
  );
}

async function mutation(
  { id, kind }: OrderingPoint,
  held: readonly Held[],
  request: MutationRequest,
): Promise<Mutation> {
  const noticed: Noticed[] = [];
  const undecided: string[] = [];
  // Where it is on no schedule, taking it away changes none.
  const passing = held.filter(({ pointsPassed }) => pointsPassed.includes(id));
  for (const { situation } of passing) {
    const found = await missing([id], situation, request);
    if (found === 'undecided') undecided.push(situation.scenario);
    else if (found) noticed.push(found);
  }
  const isAskedFor = passing.length > 0 || !request.scenarios;
  const known = noticed.length > 0 || !isAskedFor ? undefined : KNOWN_SURVIVORS[id];
  const covered = known?.covered && (await whereCovered(id, known.covered, held, request));
  const reason = known?.covered && !covered ? undefined : known?.reason;
  const passedBy = [...new Set(passing.map(({ situation }) => situation.scenario))];
  const found = { id, kind, passedBy, noticed, undecided, reason, covered };
  return { ...found, verdict: verdictOf(found, request) };
}

/** @returns who notices that the points are gone, or undefined where nobody does. */
async function missing(
  ids: readonly string[],
  situation: MutationSituation,
  request: MutationRequest,
): Promise<Noticed | 'undecided' | undefined> {
  const prepared = await situationWithout(situation, ids);
  const { memory = 'sc' } = situation;
  const { outcome, witness } = await exploration(prepared, memory, request);
  if (outcome === 'not-found-within-the-bound') return 'undecided';
  if (!witness) return undefined;
  return {
    situation: prepared,
    memory,
    violation: witness.found.violation.kind,
    length: witness.steps.length,
    isShortest: witness.isShortest,
    schedule: printSchedule(witness.schedule),
  };
}

/** @returns who notices that the point and those that cover it are gone; undefined where that is not so, or where they are
 *  missed without it as well. */
async function whereCovered(
  id: string,
  covered: { readonly by: readonly string[]; readonly in: string },
  held: readonly Held[],
  request: MutationRequest,
): Promise<Noticed | undefined> {
  const at = held.find(({ situation }) => situation.scenario === covered.in);
  if (!at || (await missing(covered.by, at.situation, request)) !== undefined) return undefined;
  const found = await missing([id, ...covered.by], at.situation, request);
  return found === 'undecided' ? undefined : found;
}

function verdictOf(
  { noticed, undecided, reason }: Omit<Mutation, 'verdict'>,
  { scenarios }: MutationRequest,
): Mutation['verdict'] {
  if (noticed.length > 0) return 'noticed';
  if (undecided.length > 0) return 'undecided';
  if (reason !== undefined) return 'survivor-with-a-reason';
  return scenarios ? 'not-judged' : 'survivor';
}

function situationWithout(
  { memory: _, ...situation }: MutationSituation,
  without: readonly string[],
): Promise<Situation> {
  return prepareSituation({ rounds: 1, callsPerRound: 1, ...situation, without });
}

function exploration(
  situation: Situation,
  memory: MemoryModel,
  { clock, signal }: MutationRequest,
): ReturnType<typeof explore> {
  return explore(situation, { ...DEFAULT_EXPLORATION_OPTIONS, memory, clock, signal });
}

/** Random sequences over everything membarrier(2) can be given. */
import fc from 'fast-check';
import {
  ALL_COMMANDS,
  CMD_FLAG_CPU,
  CMD_GET_REGISTRATIONS,
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_RSEQ,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_QUERY,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../src/index.js';
import type { Call, Step } from './sequence.js';

/** All but GLOBAL, which waits for a grace period of the host each time. */
const QUICK_COMMANDS = [
  CMD_QUERY,
  CMD_GLOBAL_EXPEDITED,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_PRIVATE_EXPEDITED_RSEQ,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  CMD_GET_REGISTRATIONS,
];
const LOWEST_UNKNOWN_BIT = Math.log2(ALL_COMMANDS + 1);

const quickCommand = fc.constantFrom(...QUICK_COMMANDS);
const bit = (from: number, to: number): fc.Arbitrary<number> =>
  fc.integer({ min: from, max: to }).map((shift) => 1 << shift);

const command = fc.oneof(
  { weight: 70, arbitrary: quickCommand },
  { weight: 1, arbitrary: fc.constant(CMD_GLOBAL) },
  { weight: 6, arbitrary: fc.tuple(quickCommand, quickCommand).map(([a, b]) => a | b) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: ALL_COMMANDS }) },
  { weight: 3, arbitrary: bit(LOWEST_UNKNOWN_BIT, 30) },
  { weight: 3, arbitrary: fc.integer({ min: -(2 ** 31), max: -1 }) },
  { weight: 2, arbitrary: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) },
);

const flags = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constant(CMD_FLAG_CPU) },
  { weight: 1, arbitrary: bit(1, 31).map((value) => value >>> 0) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 32 - 1 }) },
);

const cpuId = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom(-1, -(2 ** 31), 63, 64, 8191, 8192, 2 ** 31 - 1),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);

/** @param unknownCommands bits of commands that the host has and the shim has never heard of. */
export function calls(unknownCommands: number): fc.Arbitrary<Call> {
  const any = fc.tuple(command, flags, cpuId);
  const toOneCpu = fc.tuple(
    fc.constant(CMD_PRIVATE_EXPEDITED_RSEQ),
    fc.constantFrom(CMD_FLAG_CPU, CMD_FLAG_CPU, 0),
    cpuId,
  );
  return fc
    .oneof({ weight: 9, arbitrary: any }, { weight: 1, arbitrary: toOneCpu })
    .filter(([number]) => (number & unknownCommands) === 0 || number < 0);
}

interface Lengths {
  readonly minLength: number;
  readonly maxLength: number;
}

const list = <Value>(arbitrary: fc.Arbitrary<Value>, lengths: Lengths): fc.Arbitrary<Value[]> =>
  fc.array(arbitrary, { ...lengths, size: 'max' });

/** Calls in one process. */
export function plainSequences(unknownCommands: number, lengths: Lengths): fc.Arbitrary<Step[]> {
  return list(
    calls(unknownCommands).map((call): Step => ({ call })),
    lengths,
  );
}

/** Calls with forks in between, of which some fork again. */
export function forkingSequences(unknownCommands: number): fc.Arbitrary<Step[]> {
  const callStep = calls(unknownCommands).map((call): Step => ({ call }));
  const when = fc.constantFrom('now' as const, 'parent-is-done' as const);
  const forkOf = (steps: fc.Arbitrary<Step[]>): fc.Arbitrary<Step> =>
    fc.record({ fork: steps, when }).map((step): Step => step);
  const grandchild = list(callStep, { minLength: 2, maxLength: 8 });
  const child = list(
    fc.oneof({ weight: 12, arbitrary: callStep }, { weight: 1, arbitrary: forkOf(grandchild) }),
    { minLength: 4, maxLength: 16 },
  );
  return list(fc.oneof({ weight: 18, arbitrary: callStep }, { weight: 1, arbitrary: forkOf(child) }), {
    minLength: 25,
    maxLength: 60,
  });
}

/** Calls, then a new program that makes calls; the middle of a fork where it says so. */
export function execSequences(unknownCommands: number): fc.Arbitrary<Step[]> {
  const plain = plainSequences(unknownCommands, { minLength: 5, maxLength: 20 });
  return fc.tuple(plain, plain, plain, fc.boolean()).map(([before, after, rest, inChild]): Step[] => {
    const execs: Step[] = [...before, { exec: after }];
    return inChild ? [...rest, { fork: execs, when: 'now' }, ...rest] : execs;
  });
}

/** What the kernel's own tests check, call by call, on the host and on the shim.
 *
 *  Source: Linux tools/testing/selftests/membarrier (single- and multi-threaded); Linux Test Project,
 *  testcases/kernel/syscalls/membarrier/membarrier01.c. Their SYNC_CORE case of success sends the plain command
 *  (selftests); here it sends SYNC_CORE. */
import { afterAll, describe, it } from 'vitest';
import {
  CMD_GET_REGISTRATIONS,
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_QUERY,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../src/index.js';
import { EINVAL, EPERM } from '../../src/kernel/errno.js';
import { expectRows, type Row } from './bothSides.js';
import { ForkingHost, findHost } from './hostSide.js';
import type { Call } from './sequence.js';

const host = await findHost();
const skipped = typeof host === 'string' ? host : undefined;
const commands = typeof host === 'string' ? 0 : host.commands;
const because = skipped ? ` (skipped: ${skipped})` : '';

/** What a call of `command` returns where the kernel has it; EINVAL where it does not. */
const where =
  (command: number, result: number) =>
  (has: number): number =>
    has & command ? result : -EINVAL;

const registrations =
  (registered: number) =>
  (has: number): number =>
    has & CMD_GET_REGISTRATIONS ? registered & has : -EINVAL;

const plain = (command: number): Call => [command, 0, 0];

/** One process makes all of them, in this order. */
const SELFTESTS: readonly Row[] = [
  { what: 'K1 QUERY', call: plain(CMD_QUERY), expected: (has) => has },
  { what: 'K14 nothing registered', call: plain(CMD_GET_REGISTRATIONS), expected: registrations(0) },
  { what: 'K2 a negative command', call: plain(-1), expected: -EINVAL },
  { what: 'K3 flags for QUERY', call: [CMD_QUERY, 1, 0], expected: -EINVAL },
  {
    what: 'K4 private, not registered',
    call: plain(CMD_PRIVATE_EXPEDITED),
    expected: where(CMD_PRIVATE_EXPEDITED, -EPERM),
  },
  {
    what: 'K5 SYNC_CORE, not registered',
    call: plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE),
    expected: where(CMD_PRIVATE_EXPEDITED_SYNC_CORE, -EPERM),
  },
  { what: 'K6 global', call: plain(CMD_GLOBAL), expected: where(CMD_GLOBAL, 0) },
  {
    what: 'K7 register private',
    call: plain(CMD_REGISTER_PRIVATE_EXPEDITED),
    expected: where(CMD_REGISTER_PRIVATE_EXPEDITED, 0),
  },
  { what: 'K7 ... is reported', call: plain(CMD_GET_REGISTRATIONS), expected: registrations(16) },
  {
    what: 'K8 private',
    call: plain(CMD_PRIVATE_EXPEDITED),
    expected: where(CMD_PRIVATE_EXPEDITED, 0),
  },
  {
    what: 'K9 register SYNC_CORE',
    call: plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE),
    expected: where(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0),
  },
  { what: 'K9 ... is reported', call: plain(CMD_GET_REGISTRATIONS), expected: registrations(16 | 64) },
  {
    what: 'K10 SYNC_CORE',
    call: plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE),
    expected: where(CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0),
  },
  {
    what: 'K11 global expedited, not registered',
    call: plain(CMD_GLOBAL_EXPEDITED),
    expected: where(CMD_GLOBAL_EXPEDITED, 0),
  },
  {
    what: 'K12 register global expedited',
    call: plain(CMD_REGISTER_GLOBAL_EXPEDITED),
    expected: where(CMD_REGISTER_GLOBAL_EXPEDITED, 0),
  },
  { what: 'K12 ... is reported', call: plain(CMD_GET_REGISTRATIONS), expected: registrations(16 | 64 | 4) },
  {
    what: 'K13 global expedited',
    call: plain(CMD_GLOBAL_EXPEDITED),
    expected: where(CMD_GLOBAL_EXPEDITED, 0),
  },
];

/** Each in a process of its own; `first` is what it registers before. */
const LTP: readonly { readonly first?: number; readonly row: Row }[] = [
  { row: { what: 'LTP 0 a negative command', call: plain(-1), expected: -EINVAL } },
  { row: { what: 'LTP 1 flags for QUERY', call: [CMD_QUERY, 1, 0], expected: -EINVAL } },
  { row: { what: 'LTP 2 global', call: plain(CMD_GLOBAL), expected: where(CMD_GLOBAL, 0) } },
  {
    row: {
      what: 'LTP 3 private, not registered',
      call: plain(CMD_PRIVATE_EXPEDITED),
      expected: where(CMD_PRIVATE_EXPEDITED, -EPERM),
    },
  },
  {
    row: {
      what: 'LTP 4 register private',
      call: plain(CMD_REGISTER_PRIVATE_EXPEDITED),
      expected: where(CMD_REGISTER_PRIVATE_EXPEDITED, 0),
    },
  },
  {
    first: CMD_REGISTER_PRIVATE_EXPEDITED,
    row: {
      what: 'LTP 5 private',
      call: plain(CMD_PRIVATE_EXPEDITED),
      expected: where(CMD_PRIVATE_EXPEDITED, 0),
    },
  },
  {
    row: {
      what: 'LTP 6 SYNC_CORE, not registered',
      call: plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE),
      expected: where(CMD_PRIVATE_EXPEDITED_SYNC_CORE, -EPERM),
    },
  },
  {
    row: {
      what: 'LTP 7 register SYNC_CORE',
      call: plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE),
      expected: where(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0),
    },
  },
  {
    first: CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
    row: {
      what: 'LTP 8 SYNC_CORE',
      call: plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE),
      expected: where(CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0),
    },
  },
  {
    row: {
      what: 'LTP 9 global expedited, not registered',
      call: plain(CMD_GLOBAL_EXPEDITED),
      expected: where(CMD_GLOBAL_EXPEDITED, 0),
    },
  },
  {
    row: {
      what: 'LTP 10 register global expedited',
      call: plain(CMD_REGISTER_GLOBAL_EXPEDITED),
      expected: where(CMD_REGISTER_GLOBAL_EXPEDITED, 0),
    },
  },
  {
    first: CMD_REGISTER_GLOBAL_EXPEDITED,
    row: {
      what: 'LTP 11 global expedited',
      call: plain(CMD_GLOBAL_EXPEDITED),
      expected: where(CMD_GLOBAL_EXPEDITED, 0),
    },
  },
];

const forking = new ForkingHost();
afterAll(() => forking.close());

describe(`the selftests of the kernel, on the host and on the shim${because}`, () => {
  it.skipIf(skipped)('K1 to K14 in a process with one thread', () =>
    expectRows(SELFTESTS, commands, forking),
  );

  it.skipIf(skipped)('K1 to K14 in a process with several threads', () =>
    expectRows(SELFTESTS, commands, 'program-with-threads'),
  );
});

describe(`the cases of the Linux Test Project, on the host and on the shim${because}`, () => {
  for (const { first, row } of LTP) {
    const registers: readonly Row[] =
      first === undefined ? [] : [{ what: 'registers', call: plain(first), expected: where(first, 0) }];

    it.skipIf(skipped)(`${row.what}, in a child of its own`, () =>
      expectRows([...registers, row], commands, forking),
    );
  }
});

/** What nobody would guess from the names of the commands, on the host and on the shim.
 *
 *  Source: Linux kernel/sched/membarrier.c. */
import { afterAll, describe, it } from 'vitest';
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
import { EINVAL, EPERM } from '../../src/kernel/errno.js';
import { callStep, expectResults, expectRows, type Row } from './bothSides.js';
import { ForkingHost, findHost } from './hostSide.js';
import type { Call, Step } from './sequence.js';

const host = await findHost();
const missing = typeof host === 'string' ? host : whatIsMissing(host.commands);
const commands = typeof host === 'string' ? 0 : host.commands;

/** The quirks are between commands; the checklists cover kernels that have fewer. */
function whatIsMissing(has: number): string | undefined {
  return (has & ALL_COMMANDS) === ALL_COMMANDS ? undefined : `QUERY gives ${has} on this host`;
}

const row = (call: Call, expected: number, what = ''): Row => ({ what: what || call.join(), call, expected });
const plain = (command: number): Call => [command, 0, 0];

const NO_SUCH_CPU = 100_000;
const LAST_POSSIBLE_CPU = 8191;

const QUIRKS: Readonly<Record<string, readonly Row[]>> = {
  'SYNC_CORE alone is reported with the plain intent, and does not allow the plain command': [
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), 0),
    row(plain(CMD_GET_REGISTRATIONS), 80),
    row(plain(CMD_PRIVATE_EXPEDITED), -EPERM),
    row(plain(CMD_PRIVATE_EXPEDITED_RSEQ), -EPERM),
    row(plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE), 0),
  ],
  'RSEQ alone likewise': [
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ), 0),
    row(plain(CMD_GET_REGISTRATIONS), 16 | 256),
    row(plain(CMD_PRIVATE_EXPEDITED), -EPERM),
    row(plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE), -EPERM),
    row(plain(CMD_PRIVATE_EXPEDITED_RSEQ), 0),
  ],
  'the plain registration allows neither variant': [
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED), 0),
    row(plain(CMD_GET_REGISTRATIONS), 16),
    row(plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE), -EPERM),
    row(plain(CMD_PRIVATE_EXPEDITED_RSEQ), -EPERM),
  ],
  'the plain registration still works after a variant has set its intent': [
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), 0),
    row(plain(CMD_PRIVATE_EXPEDITED), -EPERM),
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED), 0),
    row(plain(CMD_PRIVATE_EXPEDITED), 0),
    row(plain(CMD_GET_REGISTRATIONS), 80),
  ],
  'a registration for the global command makes a target, not a caller': [
    row(plain(CMD_GLOBAL_EXPEDITED), 0),
    row(plain(CMD_REGISTER_GLOBAL_EXPEDITED), 0),
    row(plain(CMD_GLOBAL_EXPEDITED), 0),
    row(plain(CMD_PRIVATE_EXPEDITED), -EPERM),
    row(plain(CMD_GET_REGISTRATIONS), 4),
  ],
  'a cpu that cannot be there is no error': [
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ), 0),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, NO_SUCH_CPU], 0),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, LAST_POSSIBLE_CPU], 0),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, 2 ** 31 - 1], 0),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, -1], 0),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, 0], 0),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, 0, NO_SUCH_CPU], 0),
  ],
  'the cpu is ignored without its flag, by every command': [
    row([CMD_QUERY, 0, NO_SUCH_CPU], ALL_COMMANDS),
    row([CMD_REGISTER_PRIVATE_EXPEDITED, 0, -1], 0),
    row([CMD_PRIVATE_EXPEDITED, 0, NO_SUCH_CPU], 0),
    row([CMD_GLOBAL, 0, -5], 0),
  ],
  'several commands at once are none': [
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED | CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), -EINVAL),
    row(plain(CMD_GLOBAL | CMD_GLOBAL_EXPEDITED), -EINVAL),
    row(plain(ALL_COMMANDS), -EINVAL),
    row(plain(CMD_GET_REGISTRATIONS), 0),
  ],
  'a wrong argument comes before a missing registration': [
    row([CMD_PRIVATE_EXPEDITED, 1, 0], -EINVAL),
    row([CMD_PRIVATE_EXPEDITED_SYNC_CORE, CMD_FLAG_CPU, 0], -EINVAL),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, 2, 0], -EINVAL),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, 3, 0], -EINVAL),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, 2 ** 32 - 1, 0], -EINVAL),
    row([CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, NO_SUCH_CPU], -EPERM),
    row(plain(CMD_PRIVATE_EXPEDITED_RSEQ), -EPERM),
  ],
  'flags are refused for every command that takes none, and nothing is registered': [
    row([CMD_GLOBAL, 1, 0], -EINVAL),
    row([CMD_GLOBAL_EXPEDITED, 1, 0], -EINVAL),
    row([CMD_REGISTER_GLOBAL_EXPEDITED, 1, 0], -EINVAL),
    row([CMD_REGISTER_PRIVATE_EXPEDITED, 1, 0], -EINVAL),
    row([CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, 0], -EINVAL),
    row([CMD_GET_REGISTRATIONS, 1, 0], -EINVAL),
    row(plain(CMD_GET_REGISTRATIONS), 0),
  ],
  'registering twice is no error and changes nothing': [
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), 0),
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), 0),
    row(plain(CMD_GET_REGISTRATIONS), 80),
    row(plain(CMD_REGISTER_GLOBAL_EXPEDITED), 0),
    row(plain(CMD_REGISTER_GLOBAL_EXPEDITED), 0),
    row(plain(CMD_GET_REGISTRATIONS), 84),
  ],
  'QUERY does not depend on what is registered': [
    row(plain(CMD_QUERY), ALL_COMMANDS),
    row(plain(CMD_REGISTER_PRIVATE_EXPEDITED), 0),
    row(plain(CMD_QUERY), ALL_COMMANDS),
  ],
};

const PROCESSES: Readonly<
  Record<string, { readonly steps: readonly Step[]; readonly results: Readonly<Record<string, number[]>> }>
> = {
  'a child inherits what is registered when it is forked, and nothing after': {
    steps: [
      callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE)),
      {
        fork: [
          callStep(plain(CMD_GET_REGISTRATIONS)),
          callStep(plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE)),
          callStep(plain(CMD_PRIVATE_EXPEDITED)),
        ],
        when: 'parent-is-done',
      },
      callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED)),
      callStep(plain(CMD_REGISTER_GLOBAL_EXPEDITED)),
      callStep(plain(CMD_GET_REGISTRATIONS)),
    ],
    results: { '': [0, 0, 0, 84], 1: [80, 0, -EPERM] },
  },
  'what a child registers is its own': {
    steps: [
      {
        fork: [callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED)), callStep(plain(CMD_PRIVATE_EXPEDITED))],
        when: 'now',
      },
      callStep(plain(CMD_PRIVATE_EXPEDITED)),
      callStep(plain(CMD_GET_REGISTRATIONS)),
    ],
    results: { '': [-EPERM, 0], 0: [0, 0] },
  },
  'a grandchild inherits through its parent': {
    steps: [
      callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ)),
      {
        fork: [
          callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED)),
          {
            fork: [
              callStep(plain(CMD_GET_REGISTRATIONS)),
              callStep([CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, 0]),
              callStep(plain(CMD_PRIVATE_EXPEDITED)),
            ],
            when: 'now',
          },
        ],
        when: 'now',
      },
    ],
    results: { '': [0], 1: [0], '1.1': [272, 0, 0] },
  },
  'a new program has registered nothing': {
    steps: [
      callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE)),
      callStep(plain(CMD_REGISTER_GLOBAL_EXPEDITED)),
      {
        exec: [
          callStep(plain(CMD_GET_REGISTRATIONS)),
          callStep(plain(CMD_PRIVATE_EXPEDITED_SYNC_CORE)),
          callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED)),
          callStep(plain(CMD_GET_REGISTRATIONS)),
        ],
      },
    ],
    results: { '': [0, 0], 2: [0, -EPERM, 0, 16] },
  },
  'a child that becomes a new program leaves its parent registered': {
    steps: [
      callStep(plain(CMD_REGISTER_PRIVATE_EXPEDITED)),
      {
        fork: [
          callStep(plain(CMD_PRIVATE_EXPEDITED)),
          { exec: [callStep(plain(CMD_PRIVATE_EXPEDITED)), callStep(plain(CMD_GET_REGISTRATIONS))] },
        ],
        when: 'now',
      },
      callStep(plain(CMD_PRIVATE_EXPEDITED)),
      callStep(plain(CMD_GET_REGISTRATIONS)),
    ],
    results: { '': [0, 0, 16], 1: [0], '1.1': [-EPERM, 0] },
  },
};

describe(`quirks of membarrier(2), on the host and on the shim${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const forking = new ForkingHost();
  afterAll(() => forking.close());

  for (const [title, rows] of Object.entries(QUIRKS)) {
    it.skipIf(missing)(title, () => expectRows(rows, commands, forking));
    it.skipIf(missing)(`${title}; with several threads`, () =>
      expectRows(rows, commands, 'program-with-threads'),
    );
  }

  for (const [title, { steps, results }] of Object.entries(PROCESSES)) {
    it.skipIf(missing)(title, () => expectResults(steps, results, commands, forking));
  }
});

/** Freed code memory gets a new function, the reason for which SYNC_CORE was asked for. */
import { scenario as runningPeer } from './running-peer.js';
import type { Hazard, Step, TaskSpec } from './scenario.js';

const [writer, executor] = runningPeer.tasks as [TaskSpec, TaskSpec];

/** The grace period: every executor has left the old function before its memory is written. */
const jit: TaskSpec = {
  ...writer,
  program: writer.program.map(
    (step): Step =>
      step.op === 'rounds'
        ? {
            op: 'rounds',
            body: [
              { op: 'spin', until: 'left-the-old', atLeast: { perRound: 1, timesPeers: true } },
              ...step.body,
            ],
          }
        : step,
  ),
};

export const scenario: Hazard = {
  ...runningPeer,
  name: 'code-reuse',
  title: 'freed code memory gets a new function',
  story:
    'A function is thrown away: nobody holds a pointer to it any more, and everybody has left it. The memory is used for ' +
    'the next function, at the same address, and a pointer to that is published. A grace period alone says that nobody is ' +
    'inside the old function; it does not say that nobody has it decoded.',
  source:
    'linux-kernel, 2017, membarrier SYNC_CORE for JIT memory reclaim; Linux membarrier(2), "EXAMPLES" of use',
  path: 'interrupted',
  tasks: [
    jit,
    {
      ...executor,
      program: [
        { op: 'call', site: 'hot', times: 1 },
        {
          op: 'rounds',
          body: [
            { op: 'add', variable: 'left-the-old', amount: 1 },
            { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'add', variable: 'called', amount: 1 },
          ],
        },
      ],
    },
  ],
  defaults: { ...runningPeer.defaults, policy: 'mainline', protocol: 'sync-core' },
};

/** The situation for a function that comes without one: one thread patches every patch point in turn, peers call it.
 *
 *  Each round publishes twice: while the peers may be in the middle of the function, so that membarrier interrupts
 *  them there; and while each peer's cpu runs a kernel thread, lazily on the same address space. The second is the
 *  situation of kthread-return. */
import type { OwnScenario, Step } from '../scenario.js';

/** @param path of the file, by which the scenario goes.
 *  @param code the same, relative to its directory.
 *  @param points names of its patch points; at least one. */
export function ownFunctionScenario(path: string, code: string, points: readonly string[]): OwnScenario {
  const publishAll = points.map((site): Step => ({ op: 'publish', site }));
  const call: Step = { op: 'call', site: points[0]!, times: 'callsPerRound' };
  return {
    name: path,
    kind: 'own',
    title: 'a function of your own, patched while it runs and while a kernel thread does',
    story:
      'One thread publishes the next version of every patch point, again and again: once while the other cpus call the ' +
      'function, once while they run a kernel thread, lazily on the same address space, and will come back by the ' +
      'system call return.',
    source: path,
    processes: ['jit'],
    sites: points.map((name) => ({ name, placement: { parameter: 'placement' }, code })),
    tasks: [
      {
        name: 'jit',
        process: 'jit',
        on: 'first',
        program: [
          { op: 'membarrier', command: 'register-sync-core' },
          {
            op: 'rounds',
            body: [
              ...publishAll,
              { op: 'spin', until: 'borrowed', atLeast: { perRound: 1, timesPeers: true } },
              ...publishAll,
              { op: 'set', variable: 'published', to: { perRound: 1 } },
            ],
          },
        ],
      },
      {
        name: 'executor',
        process: 'jit',
        on: 'peers',
        program: [
          {
            op: 'rounds',
            body: [
              call,
              { op: 'wake', event: 'kthread-work' },
              { op: 'wait', event: 'executor-work', signals: { perRound: 1 } },
            ],
          },
          call,
        ],
      },
      {
        name: 'kworker',
        process: 'kernel',
        on: 'peers',
        program: [
          {
            op: 'rounds',
            body: [
              { op: 'wait', event: 'kthread-work', signals: { perRound: 1 } },
              { op: 'add', variable: 'borrowed', amount: 1 },
              { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
              { op: 'wake', event: 'executor-work' },
            ],
          },
        ],
      },
    ],
    defaults: {
      arch: 'x86-64',
      policy: 'mainline',
      protocol: 'sync-core',
      cpus: 2,
      rounds: 100,
      callsPerRound: 4,
      placement: 'within-word',
    },
  };
}

/** What the README says about the x86 profiles that its table leaves out: the explorer on the two scenarios that tell the
 *  deferred policies apart. */
import { expect, it } from 'vitest';
import { exhaustiveJudge } from '../../src/engines/exhaustiveJudge.js';
import { matrixRows } from '../../src/engines/matrix.js';

const POLICIES = [
  'none',
  'mainline',
  'deferred-task',
  'deferred-task-registered',
  'deferred-ipi-task',
  'deferred-cpu',
  'force-iret',
];

async function wrongOn(arch: string): Promise<string[]> {
  const judge = exhaustiveJudge({ clock: () => 0 }, () => Promise.reject(new Error('it takes too long')));
  const scenarios = ['flag-left-behind', 'interrupt-reschedules'];
  const request = {
    scenarios,
    policies: POLICIES,
    profiles: [arch],
    kernel: '6.x',
    rounds: 1,
    callsPerRound: 1,
  };
  const wrong: string[] = [];
  for await (const row of matrixRows({ ...request, judge })) {
    expect(row).toMatchObject({ basis: 'exhaustive', asExpected: true });
    if (row.verdict !== 'safe') wrong.push(`${row.policy}: ${row.scenario}`);
  }
  return wrong.sort();
}

const FLAGS_OF_TASKS = [
  'deferred-ipi-task: interrupt-reschedules',
  'deferred-task-registered: flag-left-behind',
  'deferred-task: flag-left-behind',
  'none: flag-left-behind',
];

it.each(['x86-64', 'x86-32'])('on %s flags of tasks are wrong, flags of cpus are right', async (arch) => {
  expect(await wrongOn(arch)).toEqual(FLAGS_OF_TASKS);
});

it('with PTI nothing is wrong', async () => {
  expect(await wrongOn('x86-64-pti')).toEqual([]);
});

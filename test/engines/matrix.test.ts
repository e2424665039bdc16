import { beforeAll, describe, expect, it } from 'vitest';
import { loadHazard, loadPolicy } from '../../src/engines/catalogue.js';
import { type MatrixRow, matrixRows, virtualJudge } from '../../src/engines/matrix.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { NO_CLAIMS } from '../../src/kernel/serializationPolicy.js';
import { expectationOf } from '../../src/scenarios/expectation.js';

const RUNS = { judge: virtualJudge([1]), rounds: 4, callsPerRound: 2 };

let all: readonly MatrixRow[];

beforeAll(async () => {
  all = await collect(RUNS);
}, 180_000);

async function collect(request: Parameters<typeof matrixRows>[0]): Promise<MatrixRow[]> {
  const rows: MatrixRow[] = [];
  for await (const row of matrixRows(request)) rows.push(row);
  return rows;
}

function verdictOf(scenario: string, policy: string, arch = 'x86-64'): MatrixRow['verdict'] | undefined {
  return all.find((row) => row.scenario === scenario && row.policy === policy && row.arch === arch)?.verdict;
}

describe('the whole matrix', () => {
  it('every row is as its rule expects', () => {
    expect(all.filter((row) => !row.asExpected)).toEqual([]);
    expect(all.length).toBeGreaterThan(3000);
  });

  it('every row says which rule', () => {
    expect(all.filter((row) => row.because.split(' ').length < 3)).toEqual([]);
  });

  it('it is not one colour', () => {
    for (const verdict of ['safe', 'stale', 'torn', 'unsupported']) {
      expect(all.filter((row) => row.verdict === verdict).length).toBeGreaterThan(20);
    }
  });
});

describe('what it has to show', () => {
  it('the unsafe control: stale on x86-64, safe where a return to user mode serializes', () => {
    expect(verdictOf('kthread-return', 'none')).toBe('stale');
    expect(verdictOf('kthread-return', 'none', 'x86-64-pti')).toBe('safe');
    expect(verdictOf('kthread-return', 'none', 'arm64-a11')).toBe('safe');
  });

  it('a flag on the interrupted task: stale when another thread goes to user mode first', () => {
    expect(verdictOf('interrupt-reschedules', 'deferred-ipi-task')).toBe('stale');
    expect(verdictOf('interrupt-reschedules', 'mainline')).toBe('safe');
  });

  it('the flag of 2017: left behind per task, honoured per cpu', () => {
    expect(verdictOf('flag-left-behind', 'deferred-task')).toBe('stale');
    expect(verdictOf('flag-left-behind', 'deferred-task-registered')).toBe('stale');
    expect(verdictOf('flag-left-behind', 'deferred-cpu')).toBe('safe');
    expect(verdictOf('kthread-return', 'deferred-task-registered')).toBe('safe');
  });

  it('the fix of 2020: the handler of 5.4 counts on the interrupt return, that of 5.10 serializes', async () => {
    const on = async (kernel: string): Promise<MatrixRow> => {
      const scope = { scenarios: ['interrupt-reschedules'], policies: ['mainline'], profiles: ['x86-64'] };
      const [row] = await collect({ ...RUNS, ...scope, kernel });
      return row!;
    };
    expect(await on('5.4')).toMatchObject({ kernel: '5.4', verdict: 'stale', asExpected: true });
    expect(await on('5.10')).toMatchObject({ kernel: '5.10', verdict: 'safe', asExpected: true });
  });
});

describe('the matrix can fail', () => {
  it('a policy that claims what it does not do: the expectation is not what happens', async () => {
    const scenario = await loadHazard('kthread-return');
    const situation = await prepareSituation({ scenario: scenario.name, policy: 'none' });
    const liar = {
      ...(await loadPolicy('none')),
      claims: { ...NO_CLAIMS, lazyReturn: { forWhom: 'everybody', timing: 'at-once' } },
    } as const;
    const claimed = expectationOf({ ...situation, scenario, policy: liar, config: situation.spec.config });
    expect(claimed.verdict).toBe('safe');
    expect(claimed.verdict).not.toBe(verdictOf('kthread-return', 'none'));
  });
});

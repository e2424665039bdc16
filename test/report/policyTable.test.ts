import { describe, expect, it } from 'vitest';
import type { MatrixDocument } from '../../src/report/matrixSchema.js';
import { policyTable } from '../../src/report/policyTable.js';

type Row = MatrixDocument['rows'][number];

function row(policy: string, scenario: string, verdict: Row['verdict']): Row {
  return { policy, scenario, arch: 'x86-64', verdict, basis: 'exhaustive', because: 'so' } as Row;
}

const SEEN = [row('mainline', 'one', 'safe'), row('none', 'one', 'safe')];

describe('policies held against one of them', () => {
  it('one that goes wrong where that one does not is wrong, the others are right', () => {
    const rows = [...SEEN, row('mainline', 'two', 'safe'), row('none', 'two', 'stale')];
    const table = policyTable({ rows, stoppedBy: 'finished' }, 'mainline');
    expect(table.slice(2)).toEqual(['| `mainline` | right |  |  |  |', '| `none` | wrong | `two` | so |  |']);
  });

  it('interrupted: what was not looked at may be wrong, so that nothing is right, and it says so', () => {
    const table = policyTable({ rows: SEEN, stoppedBy: 'interrupted' }, 'mainline');
    expect(table.filter((line) => line.includes('| right |'))).toEqual([]);
    expect(table.at(-1)).toMatch(/^interrupted, rows are missing/);
  });

  it('interrupted: what was seen to go wrong is wrong', () => {
    const rows = [...SEEN, row('mainline', 'two', 'safe'), row('none', 'two', 'stale')];
    const table = policyTable({ rows, stoppedBy: 'interrupted' }, 'mainline');
    expect(table).toContain('| `none` | wrong | `two` | so |  |');
  });
});

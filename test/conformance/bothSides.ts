/** One sequence, run on the host and on every shape of the shim, against what is expected of both. */
import { expect } from 'vitest';
import type { ForkingHost } from './hostSide.js';
import { runInFreshProgram } from './hostSide.js';
import type { Call, Results, Step } from './sequence.js';
import { runOnShim, SHAPES, shimConfig } from './shimSide.js';

/** A call, and what it has to return on a kernel with these commands. */
export interface Row {
  readonly what: string;
  readonly call: Call;
  readonly expected: number | ((commands: number) => number);
}

export const callStep = (call: Call): Step => ({ call });

/** The rows in one process, one after the other.. */
export async function expectRows(
  rows: readonly Row[],
  commands: number,
  where: ForkingHost | 'program-with-threads',
): Promise<void> {
  const steps = rows.map((row) => callStep(row.call));
  const expected = rows.map(({ expected }) => (typeof expected === 'number' ? expected : expected(commands)));
  const results = await (where === 'program-with-threads' ? runInFreshProgram(steps) : where.run(steps));
  const named = (values: readonly number[] | undefined): readonly string[] =>
    rows.map(({ what }, index) => `${what}: ${values?.[index]}`);
  expect(named(results['']), 'host').toEqual(named(expected));
  for (const shape of SHAPES) {
    const shim = await runOnShim(steps, shimConfig(commands), shape);
    expect(named(shim['']), `shim, ${JSON.stringify(shape)}`).toEqual(named(expected));
  }
}

/** Several processes. */
export async function expectResults(
  steps: readonly Step[],
  expected: Results,
  commands: number,
  host: ForkingHost,
): Promise<void> {
  expect(await host.run(steps), 'host').toEqual(expected);
  for (const shape of SHAPES) {
    const shim = await runOnShim(steps, shimConfig(commands), shape);
    expect(shim, `shim, ${JSON.stringify(shape)}`).toEqual(expected);
  }
}

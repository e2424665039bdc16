import { describe, expect, it } from 'vitest';
import { costProfileNames, loadCostProfile } from '../../src/engines/catalogue.js';
import { COST_NAMES, inCycles } from '../../src/hw/costProfile.js';
import { costProfileSchema } from '../../src/report/costProfileSchema.js';

describe.each(costProfileNames())('cost profile %s', (name) => {
  it('has a source or an assumption for each number, and the name of its file', async () => {
    const profile = await loadCostProfile(name);
    expect(profile.name).toBe(name);
    for (const cost of COST_NAMES) {
      const { source, assumption } = profile.costs[cost];
      expect(source ?? assumption, cost).toMatch(/\w/);
    }
  });

  it('is the same after having been a file', async () => {
    const profile = await loadCostProfile(name);
    const written: unknown = JSON.parse(JSON.stringify({ schema: 'coresync.costs/1', ...profile }));
    const { schema: _, ...read } = costProfileSchema.parse(written);
    expect(read).toEqual(profile);
  });

  it('is whole cycles', async () => {
    const cycles = inCycles(await loadCostProfile(name));
    for (const cost of COST_NAMES) expect(Number.isInteger(cycles[cost]), cost).toBe(true);
  });
});

it('a number without a source is refused', () => {
  const costs = Object.fromEntries(COST_NAMES.map((name) => [name, { value: 1, unit: 'ns' }]));
  const file = { schema: 'coresync.costs/1', name: 'mine', title: 'mine', cyclesPerNs: 3, costs };
  expect(costProfileSchema.safeParse(file).success).toBe(false);
});

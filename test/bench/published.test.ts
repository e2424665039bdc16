import { describe, expect, it } from 'vitest';
import { derivedCosts, predictions } from '../../bench/published.js';
import { loadCostProfile } from '../../src/engines/catalogue.js';

describe('the published table of 2017', () => {
  it('the two costs of the profile are those that the unregistered figures give', async () => {
    const derived = await derivedCosts();
    const { costs } = await loadCostProfile('xeon-e5-2630v3-2017');
    // The kernel may make an access more or less; the published figures have two decimals.
    expect(Math.abs(derived.contextSwitch / costs.contextSwitch.value - 1)).toBeLessThan(0.01);
    expect(Math.abs(derived.addressSpaceLoad / costs.addressSpaceLoad.value - 1)).toBeLessThan(0.05);
  });

  it('is predicted within the spread that was published', async () => {
    for (const row of await predictions()) expect(row).toMatchObject({ isInside: true });
  });
});

/** What the gate measures: every workload under every compared policy, small enough for each test run. */
import { loadCostProfile, workloadNames } from '../engines/catalogue.js';
import type { Plan } from '../engines/plan.js';
import { COMPARED_POLICIES } from './comparedPolicies.js';

export const BASELINE_FILE = 'bench/baseline.json';
export const EXPECTED_FILE = 'bench/expected-series.json';
const COSTS = 'generic-x86-64';

export async function gatePlan(): Promise<Plan> {
  return {
    workloads: await workloadNames(),
    policies: COMPARED_POLICIES,
    sweep: { cpus: [2, 8], rounds: [10] },
    costs: await loadCostProfile(COSTS),
    seed: 1,
  };
}

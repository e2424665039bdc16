/** What the gate measures: every workload under every compared policy, small enough for each test run. */
import { EXIT } from '../base/errors.js';
import { loadCostProfile, workloadNames } from '../engines/catalogue.js';
import type { Plan } from '../engines/plan.js';
import { COMPARED_POLICIES } from './comparedPolicies.js';
import type { Reading } from './jsonFile.js';

export const BASELINE_FILE = 'bench/baseline.json';
export const EXPECTED_FILE = 'bench/expected-series.json';

/** Where they cannot be read, there is nothing to judge by. */
export const NO_BASELINE: Reading = {
  next: 'Give one with --baseline; `coresync baseline save` makes one.',
  exit: EXIT.couldNotJudge,
};
export const NO_EXPECTED: Reading = {
  next: 'Give one with --expected; `coresync baseline save` writes it beside the baseline.',
  exit: EXIT.couldNotJudge,
};

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

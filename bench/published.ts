/** The published table of 2017, predicted: what does serializing on every switch cost perf bench sched pipe?
 *
 *  Goes in: the two figures of the unregistered process, which give the cost of a context switch and of an
 *  address-space load, and sync_core() as it was measured on another machine in 2016. Comes out: the registered
 *  figures, beside those that were published. Nothing is fitted to those.
 *
 *  Source: linux-kernel, August 2017, "Add a new MEMBARRIER_FLAG_SYNC_CORE flag", version 3 (msg1483390): Xeon E5-2630
 *  v3, Linux 4.13-rc6, one cpu; Linux commit c198b121b1a1 for sync_core().
 *  Limit: it is taken for granted that IRET-to-self takes as many ns there as on that laptop. */
import { loadCostProfile } from '../src/engines/catalogue.js';
import { measurements } from '../src/engines/plan.js';
import type { CostName, CostProfile } from '../src/hw/costProfile.js';
import type { Bench } from './harness/bench.js';

const PROFILE = 'xeon-e5-2630v3-2017';
const POLICY = 'every-switch-registered';
const NS_PER_US = 1000;
/** Per operation. */
const SWITCHES = 2;

interface Published {
  readonly workload: string;
  /** Microseconds per operation. */
  readonly unregistered: number;
  readonly registered: number;
  readonly deviation: number;
}

export const PUBLISHED: readonly Published[] = [
  { workload: 'sched-pipe-threads', unregistered: 2.49, registered: 2.7, deviation: 0.1 },
  { workload: 'sched-pipe-processes', unregistered: 2.93, registered: 3.2, deviation: 0.06 },
];

export interface Prediction extends Published {
  readonly modelled: number;
  readonly predicted: number;
  readonly difference: number;
  readonly isInside: boolean;
}

export async function predictions(): Promise<Prediction[]> {
  const costs = await loadCostProfile(PROFILE);
  return Promise.all(
    PUBLISHED.map(async (row) => {
      const modelled = await microseconds(costs, row.workload, 0);
      const predicted = await microseconds(costs, row.workload, 1);
      const difference = predicted - row.registered;
      return { ...row, modelled, predicted, difference, isInside: Math.abs(difference) <= row.deviation };
    }),
  );
}

/** The two costs that make the unregistered figures come out, in cycles. */
export async function derivedCosts(): Promise<
  Pick<Record<CostName, number>, 'contextSwitch' | 'addressSpaceLoad'>
> {
  const base = await loadCostProfile(PROFILE);
  const bare = withCycles(base, { contextSwitch: 0, addressSpaceLoad: 0 });
  const [threads, processes] = PUBLISHED as [Published, Published];
  const rest = async (costs: CostProfile, { workload, unregistered }: Published): Promise<number> => {
    const missing = unregistered - (await microseconds(costs, workload, 0));
    return Math.round((missing * NS_PER_US * base.cyclesPerNs) / SWITCHES);
  };
  const contextSwitch = await rest(bare, threads);
  const addressSpaceLoad = await rest(withCycles(bare, { contextSwitch }), processes);
  return { contextSwitch, addressSpaceLoad };
}

function withCycles(profile: CostProfile, cycles: Partial<Record<CostName, number>>): CostProfile {
  const changed = Object.entries(cycles).map(([name, value]) => [name, { value, unit: 'cycles' as const }]);
  return { ...profile, costs: { ...profile.costs, ...Object.fromEntries(changed) } };
}

async function microseconds(costs: CostProfile, workload: string, registered: 0 | 1): Promise<number> {
  const plan = {
    workloads: [workload],
    policies: [POLICY],
    kernel: 'rfc-2017',
    sweep: { cpus: [2], rounds: [10_000], registered: [registered] },
    costs,
    seed: 1,
  };
  for await (const { measurement } of measurements(plan)) {
    const { busyCycles, operations } = measurement;
    return busyCycles / operations / costs.cyclesPerNs / NS_PER_US;
  }
  throw new Error('nothing was measured');
}

export const bench: Bench = {
  title: 'the published overhead of 2017, predicted from the unregistered figures',
  options: {},
  async run() {
    const derived = await derivedCosts();
    const rows = await predictions();
    return {
      lines: [
        `profile ${PROFILE}, policy ${POLICY}, kernel rfc-2017; us per operation, virtual time (exact, n 1)`,
        `derived from the unregistered figures: context switch ${derived.contextSwitch} cycles, address-space load ${derived.addressSpaceLoad} cycles`,
        ...rows.map(
          ({ workload, modelled, unregistered, predicted, registered, deviation, difference, isInside }) =>
            `${workload}: unregistered ${modelled.toFixed(3)} (published ${unregistered.toFixed(2)}, an input); ` +
            `registered predicted ${predicted.toFixed(3)}, published ${registered.toFixed(2)} +- ${deviation.toFixed(2)}, ` +
            `difference ${difference >= 0 ? '+' : ''}${difference.toFixed(3)}: ${isInside ? 'inside' : 'OUTSIDE'}`,
        ),
      ],
      series: rows.map(({ workload, predicted }) => ({ id: workload, unit: 'us', samples: [predicted] })),
    };
  },
};

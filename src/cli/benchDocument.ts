/** Runs a plan and puts what it measured into a document. */
import { loadWorkload } from '../engines/catalogue.js';
import { measurements, type Plan } from '../engines/plan.js';
import { inCycles } from '../hw/costProfile.js';
import type { BenchDocument, Series } from '../report/benchSchema.js';
import { exactSeries } from '../report/benchSeries.js';
import { environment } from './environment.js';
import { hash } from './hash.js';

const ENGINE = 'virtual';

/** @param onMeasured is told after each measurement. */
export async function benchDocument(plan: Plan, onMeasured: () => void = () => {}): Promise<BenchDocument> {
  const series: Series[] = [];
  for await (const { measurement, ...at } of measurements(plan)) {
    series.push(...exactSeries(at, ENGINE, measurement));
    onMeasured();
  }
  return { schema: 'coresync.bench/1', series, inputs: await inputsOf(plan), env: environment() };
}

export async function inputsOf(plan: Plan): Promise<BenchDocument['inputs']> {
  const workloads = await Promise.all(plan.workloads.map(loadWorkload));
  return {
    seed: plan.seed,
    costs: plan.costs.name,
    modelHash: hash(inCycles(plan.costs)),
    scenarioHash: hash({
      workloads,
      sweep: plan.sweep,
      kernel: plan.kernel ?? null,
      arch: plan.arch ?? null,
    }),
  };
}

/** Situations that no scenario of the catalogue is: built by hand, on the machine of one that is. */
import { prepareSituation, type Situation, type SituationRequest } from '../../../src/engines/situation.js';
import { DEFAULT_THREADS_OPTIONS, type ThreadsOptions } from '../../../src/engines/threads/run.js';
import { ThreadPool } from '../../../src/engines/threads/threadPool.js';
import { assemble } from '../../../src/scenarios/assemble.js';
import type { TaskSpec } from '../../../src/scenarios/scenario.js';

/** Generous: nothing here is judged by how long it takes. */
export const PATIENT: ThreadsOptions = {
  ...DEFAULT_THREADS_OPTIONS,
  startTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  timeLimitMs: 60_000,
};

/** Other tasks for the processes and sites of `running-peer`: process `jit`, site `hot`. */
export async function situationOf(
  tasks: readonly TaskSpec[],
  request: Omit<SituationRequest, 'scenario'> = {},
): Promise<Situation> {
  const base = await prepareSituation({ ...request, scenario: 'running-peer' });
  const scenario = { ...base.scenario, name: 'by-hand', tasks };
  const parameters = {
    ...base.scenario.defaults,
    cpus: base.spec.cpus,
    rounds: base.rounds,
    placement: base.placement,
    without: [],
  };
  const spec = assemble(scenario, parameters, base.profile, base.spec.config, base.protocol, base.images);
  return { ...base, scenario, spec };
}

/** The same situation with other bytes in place of the instruction that returns the version.
 *  @param instruction six bytes. */
export function withInstruction(situation: Situation, instruction: readonly number[]): Situation {
  const images = situation.images.map((image) => {
    const bytes = image.bytes.slice();
    bytes.set(instruction, image.siteOffset - 1);
    return { ...image, bytes };
  });
  return { ...situation, images };
}

/** The pool is closed whatever happens. */
export async function withPool<Result>(
  threads: number,
  use: (pool: ThreadPool) => Promise<Result>,
): Promise<Result> {
  const pool = new ThreadPool(threads);
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

/** Worker threads of this process that are alive. */
export function workersAlive(): number {
  const report = process.report.getReport() as unknown as { readonly workers: readonly unknown[] };
  return report.workers.length;
}

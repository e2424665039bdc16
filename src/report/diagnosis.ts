/** What the examination of a host means: its checks, and a verdict for each engine that follows from them.
 *
 *  Hazards and virtual time do not depend on how steady the host is: only wall-clock figures do. */
import { ENGINES, type Engine } from '../engines/engines.js';
import type { HostExamination } from '../engines/native/hostExamination.js';
import type { Check, DoctorDocument } from './doctorSchema.js';
import type { EnvironmentDocument } from './environmentSchema.js';
import {
  clock,
  cores,
  frequency,
  interrupts,
  load,
  machine,
  native,
  noise,
  roundTrip,
  usableCores,
  workers,
} from './hostChecks.js';

export async function diagnose(found: HostExamination, env: EnvironmentDocument): Promise<DoctorDocument> {
  const grounds = {
    threads: [workers(found), cores(found, env), load(found, env), ...roundTrip(found), noise(found)],
    clocks: [clock(found), frequency(found)],
    native: native(found),
    usableCores: usableCores(found, env),
  };
  const { threads, clocks } = grounds;
  return {
    schema: 'coresync.doctor/1',
    checks: [...machine(found, env), ...threads, ...clocks, ...grounds.native, interrupts(found)],
    engines: await Promise.all(
      ENGINES.map(async ({ name, available, restsOn, isOptional = false }) => ({
        name,
        needed: !isOptional,
        ...VERDICTS[restsOn]({ ...grounds, available: await available() }),
      })),
    ),
    env,
  };
}

interface Grounds {
  readonly threads: readonly Check[];
  readonly clocks: readonly Check[];
  readonly native: readonly Check[];
  readonly usableCores: number;
  /** Of the engine itself: true, or why not. */
  readonly available: true | string;
}

type Verdict = Omit<DoctorDocument['engines'][number], 'name' | 'needed'>;

/** By what an engine rests on. */
const VERDICTS: Readonly<Record<Engine['restsOn'], (grounds: Grounds) => Verdict>> = {
  nothing: () => ({ status: 'ok', verdict: 'exact, here as everywhere: its time is virtual' }),
  'host-threads': threadsVerdict,
  'host-kernel': nativeVerdict,
};

function threadsVerdict({ threads, clocks, usableCores: cpus }: Grounds): Verdict {
  const lacking = having(threads, 'missing');
  if (lacking !== '') return { status: 'missing', verdict: `cannot run: ${lacking}` };
  const doubts = having([...threads, ...clocks], 'warning');
  if (doubts === '') {
    return { status: 'ok', verdict: `real races; wall-clock figures mean something up to ${cpus} cpus` };
  }
  return { status: 'warning', verdict: `real races; do not trust wall-clock figures: ${doubts}` };
}

function nativeVerdict({ native: checks, available }: Grounds): Verdict {
  const lacking = having(checks, 'missing');
  if (lacking !== '') return { status: 'missing', verdict: `not available: ${lacking}` };
  if (available === true)
    return { status: 'ok', verdict: 'available: no shim, and no policy but that of this kernel' };
  return { status: 'missing', verdict: `not available: ${available}` };
}

/** The checks of that status, by name. */
function having(checks: readonly Check[], status: Check['status']): string {
  return checks
    .filter((check) => check.status === status)
    .map((check) => check.name)
    .join(', ');
}

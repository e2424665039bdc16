/** A run as a document: puts together what was asked for, what the engine saw and where it ran. */

import type { PartlySeen } from '../engines/runResult.js';
import type { Situation } from '../engines/situation.js';
import { NO_VERSION } from '../trace/events.js';
import type { EnvironmentDocument } from './environmentSchema.js';
import { evidenceDocument } from './evidence.js';
import type { EvidenceDocument, RunDocument } from './runSchema.js';

/** What the situation does not say about a run. */
export interface RunSettings {
  readonly engine: string;
  readonly seed: number;
  readonly memory: RunDocument['memory'];
  readonly hardware: RunDocument['hardware'];
  /** Whose the kernel is, with its policy, where it is not the shim. */
  readonly kernelOf?: 'host';
}

export async function runDocument(
  situation: Situation,
  settings: RunSettings,
  result: PartlySeen,
  env: EnvironmentDocument,
): Promise<RunDocument> {
  const { spec } = situation;
  const { tally } = result;
  const finding = findingIn(situation, result);
  const evidence = await evidenceIn(situation, result);
  return {
    schema: 'coresync.run/1',
    scenario: situation.scenario.name,
    engine: settings.engine,
    arch: situation.profile.name,
    policy: settings.kernelOf ?? situation.policy.name,
    protocol: situation.protocol.name,
    kernel: settings.kernelOf ?? spec.config.name,
    cpus: spec.cpus,
    rounds: situation.rounds,
    callsPerRound: situation.callsPerRound,
    placement: situation.placement,
    seed: settings.seed,
    memory: settings.memory,
    hardware: settings.hardware,
    without: [...spec.without],
    verdict: result.judged.verdict,
    basis: 'observed',
    reason: result.judged.reason,
    ...resistance(situation),
    ...(situation.chosen &&
      Object.keys(situation.chosen).length > 0 && { parameters: { ...situation.chosen } }),
    ...(result.judged.ending && { ending: result.judged.ending }),
    calls: tally.calls,
    stale: tally.stale,
    torn: tally.torn,
    publications: tally.publications,
    ...(result.unseen === undefined && { unserialized: tally.unserialized }),
    counters: { ...result.counters },
    syncCoreByProcess: { ...result.syncCoreByProcess },
    serializations: { ...tally.serializations },
    stoppedBy: result.stoppedBy,
    whereabouts: [...result.whereabouts],
    ...(finding && { finding }),
    faults: tally.faults.map(({ cpu, unit, message }) => ({ cpu, site: spec.units[unit]!.name, message })),
    ...(evidence && { evidence }),
    oversubscribed: result.oversubscribed,
    ...(result.elapsedMs !== undefined && { elapsedMs: Math.round(result.elapsedMs) }),
    ...(result.cycles !== undefined && { cycles: result.cycles }),
    env,
  };
}

/** What of a document says that the kernel may say no. */
export function resistance({ overlay, reaction }: Pick<Situation, 'overlay' | 'reaction'>): {
  readonly overlay?: string;
  readonly reaction?: string;
} {
  return { ...(overlay && { overlay: overlay.name }), ...(reaction && { reaction: reaction.name }) };
}

function findingIn({ spec }: Situation, { tally }: PartlySeen): RunDocument['finding'] {
  if (!tally.finding) return undefined;
  const { judgement, cpu, unit, executed, promised, value } = tally.finding;
  return {
    judgement,
    cpu,
    site: spec.units[unit]!.name,
    executed: executed === NO_VERSION ? null : executed,
    promised,
    value,
  };
}

async function evidenceIn(
  { spec }: Situation,
  { evidence, tally }: PartlySeen,
): Promise<EvidenceDocument | undefined> {
  const about = tally.faults[0] ?? tally.finding;
  if (!evidence || !about) return undefined;
  /* A patch that is not published yet may be in memory already. */
  const newest = tally.publications + 1;
  return evidenceDocument(about.cpu, spec.units[about.unit]!, evidence, newest);
}

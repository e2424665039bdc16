/** A replayed schedule: every access, as columns, and how it ended. */
import type { Situation } from '../engines/situation.js';
import type { WitnessStep } from '../explore/witness.js';
import { printSchedule, type Transition } from '../trace/schedule.js';
import { lanesText } from './lanesText.js';

export interface ReplayDocument {
  readonly schema: 'coresync.replay/1';
  readonly scenario: string;
  readonly arch: string;
  readonly policy: string;
  readonly schedule: string;
  /** What went wrong first; null where nothing did. */
  readonly violation: string | null;
  /** The step at which it did, from 1. */
  readonly violationAt?: number;
  readonly lanes: readonly {
    readonly cpu: number;
    readonly task: string;
    readonly what: string;
    readonly memory: number | null;
    readonly pou: number | null;
    readonly decoded: (number | null)[];
    readonly promised: number;
  }[];
}

export function replayDocument(
  situation: Situation,
  schedule: readonly Transition[],
  steps: readonly WitnessStep[],
): ReplayDocument {
  const shown = (version: number | undefined): number | null =>
    version === undefined || version < 0 ? null : version;
  const wrongAt = steps.findIndex((step) => step.violation);
  return {
    schema: 'coresync.replay/1',
    scenario: situation.scenario.name,
    arch: situation.profile.name,
    policy: situation.policy.name,
    schedule: printSchedule(schedule),
    violation: steps[wrongAt]?.violation?.kind ?? null,
    ...(wrongAt >= 0 && { violationAt: wrongAt + 1 }),
    lanes: steps.map(({ cpu, task, what, stations, promised }) => ({
      cpu,
      task,
      what,
      memory: shown(stations.memory),
      pou: shown(stations.pou),
      decoded: stations.decoded.map(shown),
      promised,
    })),
  };
}

export function replayText(document: ReplayDocument, cpus: number): string {
  const { lanes, violationAt } = document;
  const end =
    document.violation === null
      ? 'nothing went wrong on this schedule'
      : `${document.violation} at ${violationAt === lanes.length ? 'the last step' : `step ${violationAt}`}`;
  return `${[...lanesText(document.lanes, cpus), '', `replayed ${document.lanes.length} accesses: ${end}`].join('\n')}\n`;
}

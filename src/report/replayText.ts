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
  /** What went wrong at the last step; null where nothing did. */
  readonly violation: string | null;
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
  return {
    schema: 'coresync.replay/1',
    scenario: situation.scenario.name,
    arch: situation.profile.name,
    policy: situation.policy.name,
    schedule: printSchedule(schedule),
    violation: steps.find((step) => step.violation)?.violation?.kind ?? null,
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
  const end =
    document.violation === null
      ? 'nothing went wrong on this schedule'
      : `${document.violation} at the last step`;
  return `${[...lanesText(document.lanes, cpus), '', `replayed ${document.lanes.length} accesses: ${end}`].join('\n')}\n`;
}

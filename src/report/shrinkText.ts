/** A schedule that was made shorter: its columns, and what was saved. */

import type { Situation } from '../engines/situation.js';
import type { Shrunk } from '../explore/shrink.js';
import type { WitnessStep } from '../explore/witness.js';
import type { Transition } from '../trace/schedule.js';
import { counted } from './countsText.js';
import { type ExploredMachine, replayCommand } from './explorationCommand.js';
import { lanesText } from './lanesText.js';
import { type ReplayDocument, replayDocument } from './replayText.js';
import { foldCommand, wrap } from './textLayout.js';

export interface ShrinkDocument extends Omit<ReplayDocument, 'schema'> {
  readonly schema: 'coresync.shrink/1';
  /** Single accesses. */
  readonly lengthBefore: number;
  readonly length: number;
  readonly preemptions: number;
  readonly attempts: number;
  /** Nothing more can be left out; false where the time limit came first. */
  readonly isMinimal: boolean;
}

export function shrinkDocument(
  situation: Situation,
  before: readonly Transition[],
  { schedule, steps, preemptions, attempts, isMinimal }: Shrunk & { readonly steps: readonly WitnessStep[] },
): ShrinkDocument {
  return {
    ...replayDocument(situation, schedule, steps),
    schema: 'coresync.shrink/1',
    lengthBefore: before.length,
    length: schedule.length,
    preemptions,
    attempts,
    isMinimal,
  };
}

/** @param machine that the schedule is of. */
export function shrinkText(document: ShrinkDocument, machine: ExploredMachine): string {
  const { lanes, violation, lengthBefore, length, preemptions, attempts, isMinimal, schedule } = document;
  const end = isMinimal ? 'Nothing more can be left out.' : 'The time limit ended it.';
  const lines = [
    ...lanesText(lanes, machine.cpus),
    '',
    ...wrap(
      `${violation}: ${length} accesses instead of ${lengthBefore}, ${counted(preemptions, 'preemption')}, ${counted(attempts, 'schedule')} tried. ${end}`,
      '',
    ),
    '',
    'Replay',
    ...foldCommand(replayCommand(machine, schedule), '  '),
  ];
  return `${lines.join('\n')}\n`;
}

/** The schedule that `replay` and `shrink` take on the command line. */
import { LabError } from '../base/errors.js';
import type { Situation } from '../engines/situation.js';
import { cpuOf, parseSchedule, printSchedule, type Transition } from '../trace/schedule.js';

/** @throws {LabError} E_SCHEDULE where it has no steps, or steps of cpus that are not there. */
export function scheduleFor({ spec }: Situation, text: string): readonly Transition[] {
  const schedule = parseSchedule(text);
  const stranger = schedule.find((transition) => cpuOf(transition) >= spec.cpus);
  if (stranger !== undefined) {
    throw badSchedule(
      `'${printSchedule([stranger])}' is a step of cpu ${cpuOf(stranger)}; there are ${spec.cpus}`,
    );
  }
  if (schedule.length === 0) throw badSchedule('the schedule has no steps');
  return schedule;
}

function badSchedule(what: string): LabError {
  return new LabError('E_SCHEDULE', what, 'Quote the whole schedule, as `coresync explore` printed it.');
}

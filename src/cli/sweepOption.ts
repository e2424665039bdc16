/** `-p cpus=2,8,64 switches=1,2,4`: values of parameters to measure at. */
import { LabError } from '../base/errors.js';

export type Sweep = Readonly<Record<string, readonly number[]>>;

/** For commander: adds one more to those before it, and values to those of the same name; each value once.
 *  @throws {LabError} E_USAGE */
export function sweepOption(text: string, before: Sweep = {}): Sweep {
  const match = /^([A-Za-z]\w*)=(\d+(?:,\d+)*)$/.exec(text);
  if (!match) {
    throw new LabError(
      'E_USAGE',
      `-p is '${text}'; expected a parameter and whole numbers, as in cpus=2,8,64`,
      'See: coresync bench --help',
    );
  }
  const name = match[1]!;
  return { ...before, [name]: [...new Set([...(before[name] ?? []), ...match[2]!.split(',').map(Number)])] };
}

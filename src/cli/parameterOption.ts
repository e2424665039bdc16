/** `-p kick=1`: one value for a parameter of the scenario. */
import { LabError } from '../base/errors.js';

export type Parameters = Readonly<Record<string, number>>;

/** For commander: adds one more to those before it.
 *  @throws {LabError} E_USAGE */
export function parameterOption(text: string, before: Parameters = {}): Parameters {
  const match = /^([A-Za-z]\w*)=(\d{1,9})$/.exec(text);
  if (!match) {
    throw new LabError(
      'E_USAGE',
      `-p is '${text}'; expected a parameter and a whole number, as in kick=1`,
      'Give it as -p name=number.',
    );
  }
  return { ...before, [match[1]!]: Number(match[2]) };
}

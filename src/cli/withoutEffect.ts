/** An option that would have no effect is refused: whoever gives it expects one. */
import { LabError } from '../base/errors.js';

/** @param option as it is typed, with its dashes.
 *  @param where with what else it means nothing, as in `without --overlays`.
 *  @param next what to do; to leave the option out where nothing is said. */
export function withoutEffect(option: string, where: string, next = `Leave out ${option}.`): LabError {
  return new LabError('E_USAGE', `${option} means nothing ${where}`, next);
}

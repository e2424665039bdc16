/** A routine that is driven: each access that it yields is performed at once. Plain code is held to what this does. */
import type { Access, Routine } from '../../hw/access.js';

export function toTheEnd<Result>(
  c: { readonly do: (access: Access) => number },
  routine: Routine<Result>,
): Result {
  let step = routine.next(0);
  while (!step.done) step = routine.next(c.do(step.value));
  return step.value;
}

/** From a verdict to the exit status: good, judged and bad, or could not judge. */
import { assertNever, EXIT, type ExitStatus } from '../base/errors.js';
import type { Verdict } from '../oracle/verdict.js';

export function exitStatusOf(verdict: Verdict): ExitStatus {
  switch (verdict) {
    case 'safe':
      return EXIT.good;
    case 'stale':
    case 'torn':
    case 'fault':
      return EXIT.bad;
    case 'unsupported':
    case 'inconclusive':
      return EXIT.couldNotJudge;
    default:
      return assertNever(verdict);
  }
}

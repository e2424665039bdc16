/** Two ways in which the outside ends a command early: an interrupt, and a reader that has read enough. */
import type { EventEmitter } from 'node:events';
import { EXIT, LabError } from '../base/errors.js';
import type { StopReason } from './session.js';

/** The first SIGINT asks the command to stop and print what it has; the second exits at once. A closed standard
 *  output (`| head`) asks it to stop as well, and is no error. */
export function stopSignal(
  host: EventEmitter & { readonly stdout: EventEmitter; exit(status: number): void },
): AbortSignal {
  const controller = new AbortController();
  const stop = (reason: StopReason): void => controller.abort(reason);
  host.on('SIGINT', () => {
    if (controller.signal.reason === ('interrupted' satisfies StopReason)) host.exit(EXIT.interrupted);
    else stop('interrupted');
  });
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') stop('reader gone');
    else throw outputError(error);
  });
  return controller.signal;
}

function outputError({ message }: Error): LabError {
  return new LabError(
    'E_OUTPUT',
    `cannot write to standard output: ${message}`,
    'Look where the output goes.',
    EXIT.broke,
  );
}

/** Two ways in which the outside ends a command early: an interrupt, and a reader that has read enough. */
import type { EventEmitter } from 'node:events';
import { EXIT, LabError } from '../base/errors.js';
import type { StopReason } from './session.js';

/* By a terminal, and by whoever bounds or stops a command (timeout(1), a container). */
const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const;

/** The first interrupt asks a command that has asked for the signal to stop and print what it has; the second exits at once. A
 *  command that never asks has nothing to print: the signal ends it, as it ends any program. A closed standard output
 *  (`| head`) asks to stop as well, and is no error. */
export function stopSignal(
  host: EventEmitter & { readonly stdout: EventEmitter; exit(status: number): void },
): () => AbortSignal {
  const controller = new AbortController();
  const stop = (reason: StopReason): void => controller.abort(reason);
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') stop('reader gone');
    else throw outputError(error);
  });
  const onInterrupt = (): void => {
    if (controller.signal.reason === ('interrupted' satisfies StopReason)) host.exit(EXIT.interrupted);
    else stop('interrupted');
  };
  return () => {
    for (const name of INTERRUPTS)
      if (!host.listeners(name).includes(onInterrupt)) host.on(name, onInterrupt);
    return controller.signal;
  };
}

function outputError({ message }: Error): LabError {
  return new LabError(
    'E_OUTPUT',
    `cannot write to standard output: ${message}`,
    'Look where the output goes.',
    EXIT.broke,
  );
}

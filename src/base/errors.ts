/** Host misuse is thrown, with what is wrong, where, what was expected and what to do next.
 *
 *  Guest errors are never thrown: a syscall of the simulated kernel returns a negative errno as a value. */

/** Exit status of the command line. Source: README, "Exit status". */
export const EXIT = {
  good: 0,
  bad: 1,
  usage: 2,
  couldNotJudge: 3,
  broke: 4,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** An error whose message is meant for the person at the terminal. */
export class LabError extends Error {
  readonly code: string;
  /** What to do next; one sentence. */
  readonly next: string;
  readonly exit: ExitStatus;

  constructor(code: string, message: string, next: string, exit: ExitStatus = EXIT.usage) {
    super(message);
    this.name = 'LabError';
    this.code = code;
    this.next = next;
    this.exit = exit;
  }
}

/** Marks a switch as exhaustive: a new variant fails to compile here. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

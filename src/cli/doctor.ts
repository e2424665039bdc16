/** `coresync doctor`: what can be trusted on this host. */
import type { Command } from 'commander';
import { EXIT, type ExitStatus } from '../base/errors.js';
import type { DoctorDocument } from '../report/doctorSchema.js';
import type { Session } from './session.js';

interface DoctorOptions {
  readonly json?: true;
}

/** As many as `coresync compare` measures by default: what these see, it sees at best. */
const PAIRS = 30;

export function addDoctor(program: Command, session: Session): void {
  program
    .command('doctor')
    .summary('what can be trusted on this host')
    .description(
      'Looks at this host for about two seconds: whether each engine runs here, and whether wall-clock figures mean something.',
    )
    .option('--json', 'print one document, coresync.doctor/1')
    .action(async ({ json }: DoctorOptions) => {
      const { examineHost } = await import('../engines/native/hostExamination.js');
      const { diagnose } = await import('../report/diagnosis.js');
      const { doctorText } = await import('../report/doctorText.js');
      const { environment } = await import('./environment.js');
      const document = await diagnose(await examineHost(PAIRS), environment());
      session.print(json ? `${JSON.stringify(document, null, 2)}\n` : doctorText(document, session.paint));
      session.endWith(exitStatusFor(document));
    });
}

/** What is optional may be missing. */
export function exitStatusFor({ engines }: DoctorDocument): ExitStatus {
  return engines.some(({ needed, status }) => needed && status === 'missing')
    ? EXIT.couldNotJudge
    : EXIT.good;
}

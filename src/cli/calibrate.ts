/** `coresync calibrate`: a cost profile of this host. */
import type { Command } from 'commander';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import type { CalibratedHost } from '../engines/native/calibration.js';
import type { HostPlatform } from '../engines/native/hostKernel.js';
import type { EnvironmentDocument } from '../report/environmentSchema.js';
import { numberOption } from './numberOption.js';
import { checkWritable, writeOutput } from './outputFile.js';
import type { Session } from './session.js';

interface CalibrateOptions {
  readonly base?: string;
  readonly blocks: number;
  readonly save?: string;
  readonly json?: true;
}

/** What comes closest, by architecture as Node names it, on the processor itself and in a virtual machine. */
const BASES: Readonly<Record<string, readonly [bare: string, virtualMachine: string]>> = {
  x64: ['generic-x86-64', 'kvm-x86-64'],
  arm64: ['arm64-server', 'arm64-server'],
  riscv64: ['riscv64-board', 'riscv64-board'],
};

export function addCalibrate(program: Command, session: Session): void {
  program
    .command('calibrate')
    .summary('measure what things cost on this host, for bench --costs')
    .description(
      'Measures what user space can measure of this host, and takes over the other costs from a cost profile. ' +
        'What comes of it is what `bench --costs FILE` reads.',
    )
    .option('--base <profile>', 'cost profile or file to take the rest from; the nearest where left out')
    .option('--blocks <n>', 'samples of each', numberOption('blocks', { least: 10, most: 1000 }), 60)
    .option('--save <file>', 'write the profile, coresync.costs/1')
    .option('--json', 'print it')
    .action(async (options: CalibrateOptions) => {
      session.endWith(await calibrateHost(options, session));
    });
}

/** @param host where to look for a kernel; this host where left out.
 *  @throws {LabError} E_HOST where nothing can be measured. */
export async function calibrateHost(
  options: CalibrateOptions,
  session: Pick<Session, 'print' | 'paint'>,
  host?: HostPlatform,
): Promise<ExitStatus> {
  const { openHostKernel } = await import('../engines/native/hostKernel.js');
  const { measureHost } = await import('../engines/native/hostMeasurements.js');
  const { calibrate } = await import('../engines/native/calibration.js');
  const { calibrationText } = await import('../report/calibrationText.js');
  const { costsNamed } = await import('./costs.js');
  const { environment } = await import('./environment.js');
  const env = environment();
  const base = await costsNamed(options.base ?? (await nearestBase(env)));
  if (options.save !== undefined) checkWritable(options.save);
  const kernel = await openHostKernel(host);
  if ('unavailable' in kernel) throw nothingMeasured(kernel.unavailable, 'On Linux: npm install koffi.');
  const calibration = calibrate(await measureHost(kernel, options.blocks), base, hostNamed(env));
  if (calibration.costs.every(({ summary }) => summary === undefined)) {
    const [tried] = calibration.costs.flatMap(({ notUsed }) => notUsed ?? []);
    throw nothingMeasured(tried ?? 'nothing was tried', 'See what this host lacks: coresync doctor.');
  }
  const document = { schema: 'coresync.costs/1', ...calibration.profile, env };
  if (options.save !== undefined) writeOutput(options.save, `${JSON.stringify(document, null, 1)}\n`);
  session.print(
    options.json
      ? `${JSON.stringify(document, null, 2)}\n`
      : calibrationText(calibration, options.save, session.paint),
  );
  return EXIT.good;
}

function nothingMeasured(why: string, todo: string): LabError {
  return new LabError(
    'E_HOST',
    `nothing can be measured: ${why}`,
    `${todo} Or count with a profile that is there: coresync bench --costs generic-x86-64`,
    EXIT.couldNotJudge,
  );
}

async function nearestBase({ arch }: EnvironmentDocument): Promise<string> {
  const { isVirtualMachine } = await import('../engines/native/hostFacts.js');
  const near = BASES[arch];
  if (!near) {
    throw new LabError(
      'E_UNSUPPORTED',
      `no cost profile is near a processor of architecture ${arch}`,
      'Name one with --base; `coresync list` has them.',
    );
  }
  const [bare, virtualMachine] = near;
  return isVirtualMachine() ? virtualMachine : bare;
}

function hostNamed({ cpuModel, kernel }: EnvironmentDocument): CalibratedHost {
  const model = cpuModel.trim();
  const slug = model
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return { name: `host-${slug}`, title: `${model}, Linux ${kernel}` };
}

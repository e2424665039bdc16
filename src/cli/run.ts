/** `coresync run`: one situation, judged. */
import type { Command } from 'commander';
import { MAX_CPUS, MAX_ROUNDS, MAX_SEED } from '../engines/limits.js';
import { numberOption } from './numberOption.js';
import { parameterOption } from './parameterOption.js';
import type { Session } from './session.js';
import type { RunOptions } from './singleRun.js';

export function addRun(program: Command, session: Session): void {
  program
    .command('run')
    .summary('run one scenario and judge it')
    .description(
      'Runs one scenario and judges it. What is not given is the default of the scenario. A function of your own ' +
        '(.wat or .wasm, patch points marked with metadata.code.patch) runs in this situation: one thread publishes ' +
        'every patch point in turn, while peers call the function and while a kernel thread runs on their cpus. ' +
        'Version v of a patch point stands for its constant + v, or + v mod n where its name ends in /n.',
    )
    .argument(
      '<scenario>',
      'its name, a file (`coresync init` begins one), or a function of your own (.wat, .wasm)',
    )
    .option('--engine <name>', 'what makes the cpus run', 'threads')
    .option('--arch <profile>', 'architecture profile')
    .option('--policy <name>', 'serialization policy of the kernel')
    .option('--kernel <preset>', "kernel preset; default is the policy's own, or today's")
    .option('--protocol <name>', 'publication protocol of the JIT')
    .option('--overlay <name>', 'a kernel that says no, or lies, when membarrier is called')
    .option('--reaction <name>', 'what the JIT does about errors; ignore where left out')
    .option('--cpus <n>', 'simulated cpus', numberOption('cpus', { least: 2, most: MAX_CPUS }))
    .option(
      '--rounds <n>',
      'rounds, one publication each',
      numberOption('rounds', { least: 0, most: MAX_ROUNDS }),
    )
    .option('--calls <n>', 'calls per round', numberOption('calls', { least: 1, most: MAX_ROUNDS }))
    .option('-p, --parameter <name=value>', 'a parameter of the scenario; may be repeated', parameterOption)
    .option(
      '--seed <n>',
      'for engines that choose; 0 where left out',
      numberOption('seed', { least: 0, most: MAX_SEED }),
    )
    .option('--memory <model>', 'how far stores and loads may be out of order: sc, tso, pso, rmo')
    .option('--hardware <kind>', 'what cpus drop on their own: adversarial (default), typical')
    .option('--placement <where>', 'of the patch site: within-word, across-word, across-line')
    .option('--without <id...>', 'barriers and serialization points to leave out')
    .option(
      '--start-timeout <ms>',
      'bound on starting every thread, on threads and native',
      numberOption('start-timeout', { least: 1, most: 600_000, unit: 'ms' }),
    )
    .option(
      '--time-limit <s>',
      'bound on the run',
      numberOption('time-limit', { least: 1, most: 86_400, unit: 's' }),
    )
    .option('--trace <file>', 'write what happened, for ui.perfetto.dev; needs --engine virtual')
    .option('--json', 'print one document, coresync.run/1')
    .action(async (scenario: string, options: RunOptions) => {
      const { judgeScenario } = await import('./singleRun.js');
      session.endWith(await judgeScenario(scenario, options, session));
    });
}

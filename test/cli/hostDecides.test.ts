import { describe, expect, it } from 'vitest';
import { refuseWhatHostDecides } from '../../src/cli/hostDecides.js';
import { prepareTrace } from '../../src/cli/runTrace.js';
import { ENGINES, memoryModelOn } from '../../src/engines/engines.js';

const native = ENGINES.find(({ restsOn }) => restsOn === 'host-kernel')!;

describe('on the host, an option that would choose what it decides is refused', () => {
  it.each([
    ['policy', 'none'],
    ['kernel', '5.4'],
    ['overlay', 'enosys'],
    ['without', ['ipi-sync-core']],
    ['hardware', 'adversarial'],
    ['seed', 7],
    ['arch', 'arm64-a00'],
  ])('--%s %s', (option, value) => {
    const refused = (): void => refuseWhatHostDecides({ [option]: value }, native, 'x86-64');
    expect(refused).toThrow(`--${option} means nothing on engine native: `);
  });

  it('the profile that the host has may be named, and the rest is not its business', () => {
    const options = { arch: 'x86-64', reaction: 'abort', cpus: 3, placement: 'across-word' };
    expect(() => refuseWhatHostDecides(options, native, 'x86-64')).not.toThrow();
  });

  it('another memory model, and a trace', () => {
    expect(() => memoryModelOn(native, 'tso')).toThrow(
      "memory model 'tso' is not available on engine 'native'",
    );
    expect(() => prepareTrace('trace.json', native)).toThrow("engine 'native' writes no trace");
  });
});

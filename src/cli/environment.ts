/** What this host is, for the documents. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release } from 'node:os';
import { packageFile } from '../jit/packageFile.js';
import type { EnvironmentDocument } from '../report/environmentSchema.js';

export function environment(): EnvironmentDocument {
  return {
    coresync: packageVersion(),
    node: process.versions.node,
    platform: platform(),
    arch: arch(),
    kernel: release(),
    cpuModel: cpus()[0]?.model ?? 'unknown',
    logicalCpus: availableParallelism(),
  };
}

export function packageVersion(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'));
  return manifest.version;
}

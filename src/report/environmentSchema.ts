/** What a figure was measured on: part of every document. */
import { z } from 'zod';

export const environmentSchema = z.object({
  coresync: z.string(),
  node: z.string(),
  platform: z.string(),
  arch: z.string(),
  /** Release of the host kernel. */
  kernel: z.string(),
  cpuModel: z.string(),
  logicalCpus: z.number().int().positive(),
});

export type EnvironmentDocument = z.infer<typeof environmentSchema>;

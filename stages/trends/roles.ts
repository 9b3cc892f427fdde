/** Which runs stand in which role of the paper, as parameters of the stage. */
import * as z from 'zod';
import { runKindSchema } from '../results/run.ts';

const subjectSchema = z.strictObject({
  runs: runKindSchema.describe('Labels of the runs'),
  dataTitle: z.string().describe('Data set, printed'),
  netTitle: z.string().describe('Net, printed'),
  original: z
    .boolean()
    .describe(
      'Whether it is the data set that the paper has in this role, at whatever size; some claims are about that one',
    ),
});
export type SubjectParams = z.output<typeof subjectSchema>;

/** Roles and what the paper has in them: said where a profile has nothing. */
export const roleTitles = {
  main: 'CIFAR-10, ResNet-56',
  other: 'CIFAR-100, ResNet-56',
  wide: 'Tiny-ImageNet, WRN-50-2',
  deeper: 'CIFAR-10, ResNet-110',
  deeperOther: 'CIFAR-100, ResNet-110',
  fgsm: 'CIFAR-10, ResNet-56, FGSM',
  fgsmOther: 'CIFAR-100, ResNet-56, FGSM',
} as const;
export type NamedRole = keyof typeof roleTitles;
/** Also the main data set and net trained with spectral norms controlled to a level. */
export type Role = NamedRole | `sp ${number}`;

export const roleNames = Object.keys(roleTitles) as NamedRole[];

const absentByDefault = subjectSchema.nullable().default(null);
export const rolesSchema = z.strictObject({
  main: subjectSchema.describe('In the role of CIFAR-10 with ResNet-56, trained with PGD'),
  other: absentByDefault.describe('In the role of CIFAR-100 with ResNet-56; null: not part of the profile'),
  wide: absentByDefault.describe('In the role of Tiny-ImageNet with WRN-50-2'),
  deeper: absentByDefault.describe('In the role of CIFAR-10 with ResNet-110'),
  deeperOther: absentByDefault.describe('In the role of CIFAR-100 with ResNet-110'),
  fgsm: absentByDefault.describe('The main data set and net, trained with FGSM'),
  fgsmOther: absentByDefault.describe('The second data set, trained with FGSM'),
  controlled: z
    .array(z.strictObject({ level: z.number().positive(), subject: subjectSchema }))
    .default([])
    .describe('The main data set and net with spectral norms controlled (SP), one a level'),
});
export type Roles = z.output<typeof rolesSchema>;

export const controlledRole = (level: number): Role => `sp ${level}`;

/** What the paper has in the role, for people. */
export const roleTitle = (role: Role): string =>
  role.startsWith('sp ') ? `${roleTitles.main}, SP ${role.slice(3)}` : roleTitles[role as NamedRole];

/** What distinguishes runs of the role from others on the same data set and net. */
export const roleSuffix = (role: Role): string => {
  if (role.startsWith('sp ')) return `, SP ${role.slice(3)}`;
  return role.startsWith('fgsm') ? ', FGSM' : '';
};

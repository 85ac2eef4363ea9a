/** An input for every procedure, good enough to get past parsing: made from its schema, with a table for what a schema does not tell. */
import { z } from 'zod';
import { contract, type ProcedureName } from '../../src-shared/contract/index.ts';

/** What a pattern asks for is not to be had from the pattern: by the name of the field. */
const byField: Readonly<Record<string, unknown>> = {
  userName: 'joseph',
  birthDate: '1984-03-17',
  onset: '1984-03-17',
  fingerprint: 'ab'.repeat(32),
};
/** By the pattern itself. */
const byPattern: readonly { matches: string; example: string }[] = [
  { matches: '[A-Za-z0-9\\-.]{1,64}', example: 'nothing-there' },
  { matches: '[0-9.]{1,64}', example: '1.2.840.1' },
  { matches: '\\d{4}(-\\d{2}(-\\d{2})?)?', example: '1984-03-17' },
];
/** Procedures whose input a schema cannot tell: refinements across fields, bytes. */
const byProcedure: Partial<Record<ProcedureName, (patient: string) => unknown>> = {
  'uploads.chunk': () => ({ upload: 'nothing-there', offset: 0, bytes: new Uint8Array(1) }),
  'imaging.print': (patient) => ({ patient, of: { instance: 'nothing-there' }, picture: new Uint8Array(1) }),
};

const known = new Map<string, unknown>();

/** The input, or undefined where none can be made: then the table above needs a line. */
export function exampleOf(name: ProcedureName, patient: string): unknown {
  const key = `${name} ${patient}`;
  if (!known.has(key)) known.set(key, made(name, patient));
  return known.get(key);
}

function made(name: ProcedureName, patient: string): unknown {
  const { input } = contract[name];
  const schema = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  // The least that is needed; where a rule across fields asks for one of several, all of them.
  const tries = [
    byProcedure[name]?.(patient),
    fromSchema(schema, '', { patient, whole: false }),
    fromSchema(schema, '', { patient, whole: true }),
  ];
  return tries.find((example) => input.safeParse(example).success);
}

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema | boolean;
  prefixItems?: Schema[];
  minItems?: number;
  minLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
  format?: string;
  default?: unknown;
}

function fromSchema(given: unknown, field: string, how: { patient: string; whole: boolean }): unknown {
  // Made by zod a line above: JSON Schema in the keywords listed.
  const schema = given as Schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (field === 'patient') return how.patient;
  if (field in byField && schema.type === 'string') return byField[field];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return fromSchema(choice, field, how);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => fromSchema(part, field, how)));
  if (schema.type === 'object') {
    // A patient is named wherever one can be: that is what the care team is asked about.
    const all = Object.keys(schema.properties ?? {});
    const names = new Set(how.whole ? all : [...(schema.required ?? []), ...(schema.properties?.patient ? ['patient'] : [])]);
    return Object.fromEntries([...names].map((name) => [name, fromSchema(schema.properties?.[name] ?? {}, name, how)]));
  }
  if (schema.type === 'array')
    return (
      schema.prefixItems?.map((item) => fromSchema(item, field, how)) ??
      Array.from({ length: schema.minItems ?? 0 }, () => fromSchema(schema.items, field, how))
    );
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1;
  if (schema.type === 'boolean') return false;
  if (schema.type === 'string') return textOf(schema);
  return null;
}

function textOf({ pattern = '', format, minLength = 1 }: Schema): string {
  if (format === 'date-time') return '2026-11-22T08:00:00Z';
  if (format === 'date') return '2026-11-22';
  if (format === 'uri') return 'https://localhost:1';
  return byPattern.find(({ matches }) => pattern.includes(matches))?.example ?? 'x'.repeat(Math.max(minLength, 8));
}

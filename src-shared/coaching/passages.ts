import { z } from 'zod';
import { QUESTION_TYPES } from './question-type.ts';

/** A line of passages.jsonl in a knowledge base. */
export const StoredPassage = z.object({
  id: z.string(),
  source: z.string(),
  url: z.string(),
  topic: z.string(),
  synonyms: z.array(z.string()),
  qtype: z.enum(QUESTION_TYPES),
  question: z.string(),
  answer: z.string(),
  /** Row of the question's vector, and rows of the vectors of the answer's first parts. */
  q: z.number().int(),
  c: z.array(z.number().int()),
});
export type StoredPassage = z.infer<typeof StoredPassage>;

/** What a knowledge base says of itself: manifest.json. */
export const KnowledgeManifest = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  licence: z.string(),
  attribution: z.string(),
  retrieved: z.string(),
  passages: z.number().int(),
  vectors: z.number().int(),
  dimensions: z.number().int(),
  /** SHA-256 of the sentence model's network that made the vectors; another model's vectors cannot be compared. */
  sentenceModel: z.string(),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number().int() })),
});
export type KnowledgeManifest = z.infer<typeof KnowledgeManifest>;

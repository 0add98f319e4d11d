import { expect, it } from 'vitest';
import { dialectOf } from '../../../src/sql/ddl.ts';

it.each([
  ['CREATE TABLE a (b int)', 'sqlite'],
  ['CREATE TABLE "a" ("b" int)', 'sqlite'],
  ['CREATE TABLE [a] (b int)', 'sqlite'],
  ['CREATE TABLE a ([first name] text, `b` int)', 'sqlite'],
  ['CREATE TABLE "a" (`b` int)', 'sqlite'],
  ['CREATE TABLE `a` (b int)', 'mysql'],
  ['CREATE TABLE a (b int AUTO_INCREMENT)', 'mysql'],
  ["CREATE TABLE a (b text COMMENT 'one [of] two') ENGINE=InnoDB", 'mysql'],
  ['CREATE TABLE a (b text[10])', 'sqlite'],
  ['CREATE TABLE a (b serial, c text[])', 'postgresql'],
  ['CREATE TABLE "a" (b timestamptz)', 'postgresql'],
] as const)('%s: %s', (sql, dialect) => expect(dialectOf(sql)).toBe(dialect));

/** Words that stand for themselves: as a name they need quotes. */
import type { Dialect } from '../../model/databaseSchema.ts';

/**
 * SQLite takes its other keywords for names wherever they cannot be keywords; these begin an expression, or end a name.
 * Source: https://sqlite.org/lang_keywords.html
 */
const IN_SQLITE =
  setOf(`add all alter and as autoincrement between case cast check collate commit constraint create
  current_date current_time current_timestamp default
  deferrable delete distinct drop else escape except exists foreign from group having in index insert intersect into is
  isnull join limit not nothing notnull null on or order primary raise references returning select set table then to
  transaction union unique update using values when where`);

/** In one of the dialects. */
const ANYWHERE =
  setOf(`add all alter analyse analyze and any array as asc autoincrement before between both by call
  cascade case cast change character check collate column commit condition constraint continue convert create cross cube
  current current_date current_time current_timestamp cursor database databases declare default deferrable delete desc
  describe distinct div do drop each else elseif end escape except exists explain false fetch filter for force foreign
  freeze from full glob grant group grouping groups having if ignore ilike in index inner insert intersect interval into
  is isnull join key keys kill lateral leading leave left like limit localtime localtimestamp lock match mod natural not
  nothing notnull null of offset on only or order outer over overlaps partition placing primary procedure range read
  recursive references regexp release rename replace returning revoke right rlike rollup row rows schema select set show
  similar some sql symmetric table tablesample then to trailing transaction trigger true union unique unlock unsigned
  update usage use user using values variadic verbose when where window with within without write xor`);

/** @param dialect undefined: in any of them, for names that are made up */
export function isReserved(word: string, dialect?: Dialect): boolean {
  return (dialect === 'sqlite' ? IN_SQLITE : ANYWHERE).has(word.toLowerCase());
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

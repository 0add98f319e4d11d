import { describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { accountOf, Decisions, TYPING_WENT_ON, type Verdict } from '../../../src/completion/decisions.ts';

const PLACE = { timeMs: 0, fileName: 'a.py', line: 3, languageId: 'python', milliseconds: 12.4 };

function decided(verdict: Verdict, line = 3) {
  return { ...PLACE, ...verdict, line };
}

describe('what is kept', () => {
  it('is the last fifty, newest first', () => {
    const decisions = new Decisions();
    for (let line = 1; line <= 53; line++) decisions.add(decided({ what: 'nothing', reason: 'x' }, line));
    const lines = decisions.newestFirst().map((decision) => decision.line);
    expect(lines).toHaveLength(50);
    expect([lines[0], lines.at(-1)]).toEqual([53, 4]);
  });

  it('is one decision for one reason in a row on one line, the last', () => {
    const decisions = new Decisions();
    const add = (reason: string, line: number, milliseconds: number) =>
      decisions.add({ ...decided({ what: 'nothing', reason }, line), milliseconds });
    add(TYPING_WENT_ON, 1, 10);
    add(TYPING_WENT_ON, 1, 11);
    add('inside a word', 1, 12);
    add(TYPING_WENT_ON, 1, 13);
    add(TYPING_WENT_ON, 2, 14);
    decisions.add(decided({ what: 'shown', source: 'cache' }, 2));
    decisions.add(decided({ what: 'shown', source: 'cache' }, 2));
    const kept = decisions.newestFirst().map(({ milliseconds }) => milliseconds);
    expect(kept).toEqual([12.4, 12.4, 14, 13, 12, 11]);
  });
});

describe('what is told', () => {
  const told = (verdict: Verdict) => {
    const { outcome, nextStep } = accountOf(decided(verdict));
    return [spell(outcome), nextStep === undefined ? '' : spell(nextStep)];
  };

  it.each([
    ['switched off', /is switched off\./, /"GPT-J: Switch On or Off"/],
    ['off for markdown', /is off for markdown\./, /"GPT-J: Switch On or Off for This Language"/],
    ['the window is not in focus', /did not have the focus/, /^$/],
    ['GitHub Copilot leads', /GitHub Copilot is active, and leads/, /"gptj\.whenOthersAreActive"/],
    [
      'a file that the setting gptj.exclude names (data/**)',
      /this is a file that the setting gptj\.exclude names \(data\/\*\*\)\./,
      /"gptj\.exclude"/,
    ],
    [
      'a file that git ignores (src/.gitignore)',
      /this is a file that git ignores \(src\/\.gitignore\)/,
      /git/,
    ],
    ['a key', /^Nothing was read: this is a key\.$/, /^$/],
    [TYPING_WENT_ON, /typing went on before/, /^$/],
    ['empty document', /nothing before the cursor/, /^$/],
    ['inside a word', /inside a word\./, /end of a line/],
    ['very long line', /minified/, /^$/],
    ['dropUseless', /quicker typed than read/, /^$/],
    ['trimEnd', /quicker typed than read/, /^$/],
    ['keepToLine', /does not belong here/, /^$/],
    ['stopAtBlockEnd', /does not belong here/, /^$/],
    ['cutRepetition', /repeated itself/, /^$/],
    ['dropRepeatOfFollowing', /comes next already/, /^$/],
    ['removeClosedBrackets', /closed already/, /^$/],
    ['the model had nothing to add', /^Nothing was shown: the model had nothing to add\.$/, /^$/],
    ['alarm', /^Nothing was shown: alarm\.$/, /^$/],
  ])('%s', (reason, outcome, nextStep) => {
    const words = told({ what: 'nothing', reason });
    expect(words[0]).toMatch(outcome);
    expect(words[1]).toMatch(nextStep);
  });

  it('of a suggestion: where it is from, how long it took and how sure the model was', () => {
    expect(told({ what: 'shown', source: 'model' })[0]).toBe('A suggestion was shown (model), after 12 ms.');
    expect(told({ what: 'shown', source: 'cache', confidence: 0.875 })[0]).toBe(
      'A suggestion was shown (cache), after 12 ms, 88% sure.',
    );
  });
});

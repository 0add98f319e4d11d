import { removeClosedBrackets } from '../../../../src/completion/filters/removeClosedBrackets.ts';
import { checksOf, keepsOf } from '../../../support/drawing.ts';

const check = checksOf(removeClosedBrackets);
const keeps = keepsOf(removeClosedBrackets);

check('a bracket that is closed already', 'print(├name)┤)', 'print(├name┤)');
check('and what is behind it', 'print(├name);┤)', 'print(├name┤)');
check('several', 'f([├1, 2])┤])', 'f([├1, 2┤])');
check('with a semicolon', 'f(├a, b);┤);', 'f(├a, b┤);');
check('a bracket in another', 'print(├len(name))┤)', 'print(├len(name)┤)');
keeps('a bracket that the completion opened itself', 'print(├len(name)┤)');
keeps('a list in a call', 'f(├[1, 2]┤)');
check('a quote', 'x = "├text"┤"', 'x = "├text┤"');
check('a quote and a bracket', 'open("├data.csv")┤")', 'open("├data.csv┤")');
check('a bracket in a text is text', 'print("├:)", end)┤")', 'print("├:)┤")');
keeps('two quotes of its own', 'f(├"a", "b"┤)');
keeps('a quote that is escaped', String.raw`x = "├say \"hi\"┤"`);
check('a bracket behind a text of its own', 'f(├"a)")┤)', 'f(├"a)"┤)');
check('a colon', 'if x├ > 3:┤:', 'if x├ > 3┤:');
check('a semicolon', 'return x├ + 1;┤;', 'return x├ + 1┤;');
keeps('what is closed is another bracket', 'f(├a[0]┤)');
keeps('nothing follows', 'print(├name)┤');
keeps('what follows on the next line', '\n  f(├a)┤\n  )\n');
check('a template in backticks', 'x = `├a ${b}`;┤`', 'x = `├a ${b}┤`');

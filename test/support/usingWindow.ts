// A window that has a model, as a program of its own: `usingWindow.mjs <folder> <name> <model>`. It says so, and gives the
// model back when its input ends.
import { once } from 'node:events';
import { ModelUses } from '../../src/client/modelUses.ts';

const [folder = '', name = '', model = ''] = process.argv.slice(2);
const uses = new ModelUses(folder, name);
await uses.begin(model);
process.stdout.write('using\n');
await once(process.stdin.resume(), 'end');
await uses.end();

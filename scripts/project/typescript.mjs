// Lets node run the project's TypeScript as it is: `node --import ./scripts/project/typescript.mjs file.ts`.
import { register } from 'node:module';

register('./typescriptHooks.mjs', import.meta.url);

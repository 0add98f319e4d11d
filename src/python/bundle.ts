/** Entry of dist/python.js: what is loaded when Python is to be read, since the grammar is not small. */
export { commentEdit } from './comment.ts';
export { docstringEdit } from './docstring.ts';
export { findAgain } from './findAgain.ts';
export { readPython } from './readPython.ts';
export { targetOf } from './target.ts';

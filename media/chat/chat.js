// The page of the chat: shows what it is told (`PageState` in src/editor/chat/messages.ts) and tells what is pressed.
// Text becomes text nodes only, so that nothing a model writes is ever taken for markup.
const vscode = acquireVsCodeApi();
const texts = JSON.parse(document.body.dataset.texts);
const element = (id) => document.getElementById(id);
const [log, question, send, stop, status] = ['log', 'question', 'send', 'stop', 'status'].map(element);
const warning = element('warning');

const tell = (kind, more = {}) => vscode.postMessage({ kind, ...more });

/** Whether the end of the conversation is in sight, and so should stay there. */
const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 40;

let isBusy = false;
/** Characters of the answer that is being written which a screen reader has been given. */
let nSpoken = 0;

function show(state) {
  const follows = isAtEnd();
  element('model').textContent = state.model;
  warning.hidden = state.warning === undefined;
  if (state.warning) {
    warning.querySelector('p').textContent = state.warning.text;
    warning.querySelector('button').textContent = state.warning.action;
  }
  while (log.children.length > state.turns.length) log.lastElementChild.remove();
  for (const [index, turn] of state.turns.entries()) {
    const isGrowing = state.isBusy && index === state.turns.length - 1;
    showTurn(log.children[index] ?? log.appendChild(newTurn(index)), turn, isGrowing);
  }
  log.setAttribute('aria-busy', String(state.isBusy));
  speak(state);
  isBusy = state.isBusy;
  showButtons();
  if (follows) log.scrollTop = log.scrollHeight;
}

/** A screen reader hears an answer line by line as it comes, and then that it has ended; not every token. */
function speak({ turns, isBusy: goesOn }) {
  const { answer = '', notes = [] } = turns.at(-1) ?? {};
  if (goesOn && !isBusy) {
    nSpoken = 0;
    status.textContent = texts.writing;
  }
  const end = goesOn ? answer.lastIndexOf('\n') : answer.length;
  const isOver = isBusy && !goesOn;
  if (end <= nSpoken && !isOver) return;
  const more = isOver && turns.length > 0 ? [...notes, texts.answered] : [];
  status.textContent = [answer.slice(nSpoken, end), ...more].join('\n');
  nSpoken = end;
}

/** The one of the two that does something. Whoever was on the other one goes on at the question. */
function showButtons() {
  const [shown, gone] = isBusy ? [stop, send] : [send, stop];
  if (document.activeElement === gone) question.focus();
  gone.hidden = true;
  shown.hidden = false;
}

/** An article with the places that `showTurn` fills. */
function newTurn(index) {
  const article = document.createElement('article');
  const asked = make('p', '', 'text question');
  asked.id = `question-${index}`;
  article.setAttribute('aria-labelledby', asked.id);
  article.append(
    ...[make('h2', texts.you), asked],
    ...[make('h2', texts.model), make('p', '', 'text answer'), make('div', '', 'notes')],
    actions(index),
  );
  return article;
}

function actions(index) {
  const row = make('div', '', 'actions');
  row.setAttribute('role', 'group');
  row.setAttribute('aria-labelledby', `question-${index}`);
  for (const kind of ['copy', 'insert']) {
    const button = make('button', texts[kind], 'quiet');
    button.addEventListener('click', () => tell(kind, { index }));
    row.append(button);
  }
  return row;
}

function showTurn(article, turn, isGrowing) {
  setText(article.querySelector('.question'), turn.question);
  setText(article.querySelector('.answer'), turn.answer + (isGrowing ? '…' : ''));
  const notes = article.querySelector('.notes');
  if (notes.children.length !== turn.notes.length)
    notes.replaceChildren(...turn.notes.map((note) => make('p', note, 'note')));
  article.querySelector('.actions').hidden = isGrowing || turn.answer === '';
}

/** Left alone where nothing has changed: whoever has selected a text in it keeps the selection. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function make(tag, text, className = '') {
  const node = document.createElement(tag);
  node.textContent = text;
  node.className = className;
  return node;
}

function ask() {
  const text = question.value;
  if (text.trim() === '' || isBusy) return;
  tell('ask', { text });
  question.value = '';
  remember();
}

/** What has been typed outlives a look at another view. */
function remember() {
  vscode.setState({ question: question.value });
}

question.value = vscode.getState()?.question ?? '';
question.addEventListener('input', remember);
question.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  ask();
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && isBusy) tell('stop');
});
send.addEventListener('click', ask);
stop.addEventListener('click', () => tell('stop'));
element('clear').addEventListener('click', () => {
  tell('clear');
  question.focus();
});
warning.querySelector('button').addEventListener('click', () => tell('other-model'));
window.addEventListener('message', ({ data }) => {
  if (data === 'focus') question.focus();
  else show(data);
});
if (document.hasFocus()) question.focus();
tell('ready');

'use strict';
// Everything is in the page already: this only hides, opens and copies.
const all = (selector) => [...document.querySelectorAll(selector)];
const trials = all('.trial'), tiles = all('.tile');
const search = document.querySelector('#search'), shown = document.querySelector('#shown');
const legend = document.querySelector('#legend'), nothing = document.querySelector('#nothing');
const hint = legend.textContent;
let verdict = '';

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const trial of trials) {
    const text = trial.querySelector('.what').textContent.toLowerCase() + ' ' + (trial.dataset.clauses || '');
    const fits = (!verdict || trial.dataset.verdict === verdict) && words.every((word) => text.includes(word));
    trial.hidden = !fits;
    if (fits) ++count;
  }
  shown.textContent = count === trials.length ? '' : `${count} of ${trials.length} shown`;
  nothing.hidden = count > 0;
}

for (const tile of tiles) {
  tile.addEventListener('click', () => {
    verdict = verdict === tile.dataset.verdict ? '' : tile.dataset.verdict;
    for (const other of tiles) other.setAttribute('aria-pressed', String(other.dataset.verdict === verdict));
    const pressed = tiles.find((other) => other.dataset.verdict === verdict);
    legend.textContent = pressed ? `${pressed.querySelector('span').textContent}: ${pressed.title}` : hint;
    filter();
  });
}
search.addEventListener('input', filter);

const openAll = (open) => trials.forEach((trial) => { if (!trial.hidden && 'open' in trial) trial.open = open; });
document.querySelector('#open').addEventListener('click', () => openAll(true));
document.querySelector('#close').addEventListener('click', () => openAll(false));

document.addEventListener('click', async (event) => {
  const button = event.target.closest('.copy');
  if (!button) return;
  const code = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'copied';
  } catch {  // a page from a file may not use the clipboard in every browser
    getSelection().selectAllChildren(code);
    button.textContent = 'selected';
  }
  setTimeout(() => { button.textContent = 'copy'; }, 1500);
});

// A link to one trial (#t12) opens it.
function openLinked() {
  const linked = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (!linked || !linked.classList.contains('trial')) return;
  if ('open' in linked) linked.open = true;
  linked.scrollIntoView();
}
addEventListener('hashchange', openLinked);
openLinked();

// What the tests of pictures do inside the browser: this project's types know no DOM, so it is a script as text.

export const inBrowser = `
const parse = (text, type) => new DOMParser().parseFromString(text, type);

async function mermaidLabels(source) {
  mermaid.initialize({ startOnLoad: false, securityLevel: 'loose', maxTextSize: 1e6, maxEdges: 5000 });
  const { svg } = await mermaid.render('picture', source);
  const shown = parse(svg, 'text/html');
  if (shown.querySelector('script, a, img')) throw new Error('markup of a label came through');
  return [...shown.querySelectorAll('.nodeLabel')].map((one) => one.textContent);
}

function svgFaults(source) {
  const parsed = parse(source, 'image/svg+xml');
  const wrong = parsed.querySelector('parsererror');
  if (wrong) return ['not XML: ' + wrong.textContent];
  if (parsed.querySelector('script, a, image, foreignObject')) return ['markup of a text came through'];
  document.body.replaceChildren(document.importNode(parsed.documentElement, true));
  const place = (element) => element.getBoundingClientRect();
  const outside = [...document.querySelectorAll('g > g')].flatMap((group) => {
    const box = place(group.querySelector('.box'));
    const isOut = (text) => text.left < box.left || text.right > box.right || text.top < box.top || text.bottom > box.bottom;
    return [...group.querySelectorAll('text')].filter((text) => isOut(place(text))).map((text) => 'outside its box: ' + text.textContent);
  });
  const boxes = [...document.querySelectorAll('.box')].map(place);
  const isOver = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const over = boxes.flatMap((a, index) => boxes.slice(index + 1).filter((b) => isOver(a, b)).map((b) => 'box over another at ' + b.left + ',' + b.top));
  return [...outside, ...over];
}
`;

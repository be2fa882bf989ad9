// Breaks a text into lines of a picture: at spaces where there are some, and never more than a few lines.

/** Lines of at most `width` characters; what does not fit into `most` lines ends in "…". */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let rest = [...text];
  while (rest.length > width && lines.length < most - 1) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > width / 3 ? space : width;
    lines.push(rest.slice(0, end).join(''));
    rest = rest.slice(rest[end] === ' ' ? end + 1 : end);
  }
  lines.push(rest.length > width ? `${rest.slice(0, width - 1).join('')}…` : rest.join(''));
  return lines;
}

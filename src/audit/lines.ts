/** Splits bytes into lines at \n only. Node's readline also splits at U+2028, which JSON texts may contain. */

/** No entry comes near it; a file without line ends must not fill the memory. */
const maxLineLength = 64 * 1024 * 1024;

/** @throws TypeError for bytes that are not UTF-8; RangeError for a line that is too long. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > maxLineLength) throw new RangeError(`a line of more than ${maxLineLength} characters`);
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

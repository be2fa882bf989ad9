// Reads the channels file: how each channel reaches people. Only the notify worker reads it, as it holds secrets.

import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { channels } from './index.ts';

export type ChannelSettings = Record<string, unknown>;

export class ChannelSettingsError extends Error {
  readonly code = 'channels_file_invalid';
}

/** Settings by channel name; empty when there is no file. Throws ChannelSettingsError naming the place. */
export async function readChannelSettings(file: string): Promise<ChannelSettings> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new ChannelSettingsError(`${file} cannot be read: ${error.message}`);
  });
  return parseChannelSettings(text, file);
}

export function parseChannelSettings(text: string, place: string): ChannelSettings {
  const content = parseYaml(text, place) ?? {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new ChannelSettingsError(`${place}: found ${typeof content}; write one entry for each channel`);
  }
  const entries = Object.entries(content).map(([name, value]) => [name, parseOne(name, value, place)]);
  return Object.fromEntries(entries);
}

function parseYaml(text: string, place: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ChannelSettingsError(`${place}: ${error.message}`);
    throw error;
  }
}

function parseOne(name: string, value: unknown, place: string): unknown {
  const channel = channels.get(name);
  if (!channel) {
    throw new ChannelSettingsError(
      `${place}: there is no channel ${name}; there are ${[...channels.keys()].join(', ')}`,
    );
  }
  const parsed = channel.settings.safeParse(value);
  if (parsed.success) return parsed.data;
  // Values stay out of the message: they are secrets.
  const problems = parsed.error.issues.map((issue) => `${[name, ...issue.path].join('.')} ${issue.message}`);
  throw new ChannelSettingsError(`${place}: ${problems.join('; ')}`);
}

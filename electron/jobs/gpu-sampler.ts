/**
 * How busy the graphics card is, from what the system has: nvidia-smi, which comes with NVIDIA's driver, or the files of
 * Linux's AMD driver. Nothing is installed or searched on the PATH; a card of another maker gives no numbers.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { GpuSample } from '../../shared/domain/resources.ts';

export interface GpuSampler {
  /** The newest sample, or null before the first. */
  latest(): GpuSample | null;
  /** Why there is none, as a sentence; null once there is one. */
  reason(): string | null;
  stop(): void;
}

const toolPaths = ['/usr/bin/nvidia-smi', '/usr/local/bin/nvidia-smi', 'C:\\Windows\\System32\\nvidia-smi.exe'];
const fields = 'name,utilization.gpu,memory.used,memory.total';

/** Starts sampling once a second. @param places where to look; those of the system by default */
export function startGpuSampler(places: { tools?: readonly string[]; cards?: string } = {}): GpuSampler {
  const { tools = toolPaths, cards = '/sys/class/drm' } = places;
  const tool = tools.find((path) => existsSync(path));
  if (tool !== undefined) return fromTool(tool);
  const card = amdCard(cards);
  if (card !== null) return { latest: () => readAmdCard(card), reason: () => null, stop: () => undefined };
  const reason = 'No tool of the system tells about a graphics card: neither nvidia-smi nor a card of Linux\'s AMD driver was found.';
  return { latest: () => null, reason: () => reason, stop: () => undefined };
}

/** nvidia-smi in its own loop: one process for the whole run. It ends when its output has no reader any more. */
function fromTool(path: string): GpuSampler {
  let sample: GpuSample | null = null;
  let end: string | null = null;
  const child = spawn(path, [`--query-gpu=${fields}`, '--format=csv,noheader,nounits', '--loop=1', '--id=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    sample = readToolLine(line) ?? sample;
  });
  child.on('error', (error) => { end = `nvidia-smi did not start: ${error.message}.`; });
  child.on('exit', (code) => { end ??= `nvidia-smi ended with code ${code ?? 'none'}.`; });
  return { latest: () => sample, reason: () => (sample === null ? end ?? 'nvidia-smi has not answered yet.' : null), stop: () => void child.kill() };
}

/** "NVIDIA H100, 45, 1024, 81559" (percent, MiB, MiB); a field that it does not know is "[N/A]". */
export function readToolLine(line: string): GpuSample | null {
  const parts = line.split(',').map((each) => each.trim());
  if (parts.length < 4) return null;
  const [utilisation, used, total] = parts.slice(-3).map((each) => (each !== '' && Number.isFinite(Number(each)) ? Number(each) : null)) as [number | null, number | null, number | null];
  const bytes = (mebibytes: number | null): number | null => (mebibytes === null ? null : mebibytes * 2 ** 20);
  return { device: parts.slice(0, -3).join(', '), utilisation, memoryBytes: bytes(used), memoryTotalBytes: bytes(total) };
}

function amdCard(cards: string): string | null {
  const names = existsSync(cards) ? readdirSync(cards).filter((name) => /^card\d+$/.test(name)) : [];
  return names.map((name) => join(cards, name, 'device')).find((folder) => existsSync(join(folder, 'gpu_busy_percent'))) ?? null;
}

function readAmdCard(folder: string): GpuSample {
  const number = (file: string): number | null => {
    try {
      const value = Number(readFileSync(join(folder, file), 'latin1'));
      return Number.isFinite(value) ? value : null;
    } catch {
      return null; // a card that sleeps does not answer
    }
  };
  return { device: 'AMD graphics card', utilisation: number('gpu_busy_percent'), memoryBytes: number('mem_info_vram_used'), memoryTotalBytes: number('mem_info_vram_total') };
}

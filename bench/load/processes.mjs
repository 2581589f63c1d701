import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const running = new Set();

/** Starts a program. It is killed when this process ends. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data) => { child.output = (child.output + data).slice(-20_000); });
  }

  child.ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: -1, error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return child;
}

/** Runs a program to its end. Throws with its output if it fails. */
export async function run(command, args, options = {}) {
  const child = start(command, args, options);
  const { code, signal, error } = await child.ended;
  if (code !== 0) {
    throw new Error(`${command} failed (${error?.message ?? signal ?? code}): ${child.output.slice(-2000)}`);
  }

  return child.output;
}

process.on('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});

/** Resident memory of a process in MB: now, and its peak. */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) / 1024;
  return { rss: read('VmRSS'), peak: read('VmHWM') };
}

/** Waits for a condition. Throws after the deadline. */
export async function until(what, condition, { deadline = 60_000, pause = 50 } = {}) {
  const end = performance.now() + deadline;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new Error(`${what}: not within ${deadline / 1000} s`);
    }

    await sleep(pause);
  }
}

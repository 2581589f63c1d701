import os from 'node:os';
import { readFileSync } from 'node:fs';
import { run, sleep } from './processes.mjs';

/** The machine and settings that the figures depend on. Contains no names of hosts, users or folders. */
export async function describeMachine(sql, dataFolder) {
  const settings = {};
  for (const name of ['server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers',
    'max_wal_size', 'wal_level', 'data_checksums']) {
    settings[name] = (await sql.rows(`SHOW ${name}`))[0][name];
  }

  const cpus = os.cpus();
  return {
    processor: cpus[0].model.trim(),
    cores: cpus.length,
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    kernel: os.release(),
    system: systemName(),
    fileSystem: (await run('df', ['--output=fstype', dataFolder])).split('\n')[1].trim(),
    dotnet: (await run('dotnet', ['--version'])).trim(),
    node: process.versions.node,
    postgres: settings,
  };
}

/** Cores and processor, for the file name. */
export const machineName = (machine) => `${machine.cores}-cores-${machine.processor}`.toLowerCase()
  .replace(/\(r\)|\(tm\)|processor|cpu|@.*$/g, '')
  .replace(/[^a-z0-9]+/g, '-')
  .replace(/^-|-$/g, '');

/** The current CPU use of the whole machine, in percent of one core. */
export async function busyNow(milliseconds = 500) {
  const before = jiffies();
  await sleep(milliseconds);
  const after = jiffies();
  return 100 * os.cpus().length * (1 - (after.idle - before.idle) / (after.all - before.all));
}

function jiffies() {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
  return { idle: fields[3] + fields[4], all: fields.reduce((sum, field) => sum + field, 0) };
}

function systemName() {
  try {
    return /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))[1];
  } catch {
    return os.type();
  }
}

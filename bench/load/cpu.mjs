import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';

/** The CPU use while work ran, in percent of one core: the service, the database server, and all others (the load). */
export async function withCpu({ servicePids, postmaster }, work) {
  const before = sample(servicePids, postmaster);
  const result = await work();
  const after = sample(servicePids, postmaster);
  const share = (name) => (100 * os.cpus().length * (after[name] - before[name])) / (after.all - before.all);
  const [service, database, busy] = [share('service'), share('database'), share('busy')];
  return { ...result, cpu: { service, database, others: busy - service - database } };
}

// In clock ticks since the machine started. A server process that has ended counts with its parent, which reaped it.
function sample(servicePids, postmaster) {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
  const all = fields.reduce((sum, field) => sum + field, 0);
  let service = 0;
  let database = 0;
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) && read(name);
    if (!stat) continue;
    if (servicePids.includes(Number(name))) service += stat.own;
    if (Number(name) === postmaster) database += stat.own + stat.reaped;
    if (stat.parent === postmaster) database += stat.own;
  }

  return { all, busy: all - fields[3] - fields[4], service, database };
}

function read(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), own: Number(fields[11]) + Number(fields[12]), reaped: Number(fields[13]) + Number(fields[14]) };
  } catch {
    return null; // The process has ended.
  }
}

import { round } from './statistics.mjs';

/** What was measured of identity and access, as far as it was. */
export function identitySection({ access, logins, refreshes, visibility }) {
  return [
    ...(access ? accessLines(access) : []), ...(logins ? loginLines(logins) : []),
    ...(refreshes ? refreshLines(refreshes) : []), ...(visibility ? visibilityLines(visibility) : []),
  ];
}

const accessLines = (access) => [
  '', '## Who sends a request, and may they', '',
  'Micro benchmarks on one thread: 100,000 users in random order, each with 3 grants; 10 roles of the organisation, 10,000 dealers.', '',
  '| | CPU, microseconds | bytes allocated |', '|---|---:|---:|',
  ...Object.entries(access).map(([what, { microseconds, bytes }]) => `| ${what} | ${round(microseconds, 2)} | ${bytes} |`),
];

const loginLines = ({ rate, hash, cores, ratio, clients, accounts, refused, p50, p99, reads, alone, cpu }) => [
  '', '## Logins', '',
  `${clients} clients, ${accounts} accounts. One hash costs ${round(hash)} ms, so ${cores} cores that did nothing else could do ${round((1000 * cores) / hash)}/s.`, '',
  '| | 2xx /s | not 2xx | p50 ms | p99 ms | max ms |', '|---|---:|---:|---:|---:|---:|',
  `| \`POST /auth/login\`, ${round(ratio, 2)} of that | ${round(rate)} | ${statuses(refused)} | ${round(p50)} | ${round(p99)} | |`,
  `| \`GET /wallets/{id}\` meanwhile | ${round(reads.rate)} | ${reads.refused} | ${round(reads.p50, 2)} | ${round(reads.p99, 2)} | ${round(reads.max)} |`,
  `| the same without logins | ${round(alone.rate)} | ${alone.refused} | ${round(alone.p50, 2)} | ${round(alone.p99, 2)} | ${round(alone.max)} |`,
  '', cpuLine(cpu),
];

const refreshLines = ({ rate, accepted, refused, sessions, clients, p50, p99, cpu }) => [
  '', '## Refreshes', '',
  `${sessions} sessions, ${clients} clients, each answer's token spent by the next request of its session: ${Math.round(rate)}/s, ${accepted} in all, not 2xx: ${statuses(refused)}; p50 ${round(p50)} ms, p99 ${round(p99)} ms.`,
  cpuLine(cpu),
];

const visibilityLines = (visibility) => [
  '', '## From a change to its being in force, three silos and two APIs', '',
  'At the API that was not asked, from the answer to the change until the first answer by which it is in force; and at the one that was, by the next request.', '',
  '| change | times | p50 ms | p99 ms | max ms | not seen by the next request |', '|---|---:|---:|---:|---:|---:|',
  ...[['session started', visibility.started], ['role given', visibility.given], ['role taken', visibility.taken], ['session ended', visibility.ended]]
    .map(([what, { count, p50, p99, max, notNext }]) => `| ${what} | ${count} | ${round(p50)} | ${round(p99)} | ${round(max)} | ${notNext} |`),
];

const cpuLine = (cpu) => `CPU in percent of one core: service ${Math.round(cpu.service)}, database ${Math.round(cpu.database)}, load and client ${Math.round(cpu.others)}.`;

const statuses = (refused) => Object.entries(refused).map(([status, count]) => `${count} of ${status}`).join(', ') || '0';

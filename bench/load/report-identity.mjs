import { round } from './statistics.mjs';

/** The measurements of identity and access that exist. */
export function identitySection({ access, logins, refreshes, visibility }) {
  return [
    ...(access ? accessLines(access) : []), ...(logins ? loginLines(logins) : []),
    ...(refreshes ? refreshLines(refreshes) : []), ...(visibility ? visibilityLines(visibility) : []),
  ];
}

const accessLines = (access) => [
  '', '## Authentication and authorisation of a request', '',
  'Micro benchmarks on one thread: 100,000 users in random order, each with 3 grants; 10 roles of the organisation, 10,000 dealers.', '',
  '| | CPU, microseconds | bytes allocated |', '|---|---:|---:|',
  ...Object.entries(access).map(([what, { microseconds, bytes }]) => `| ${what} | ${round(microseconds, 2)} | ${bytes} |`),
];

const loginLines = ({ rate, hash, cores, ratio, clients, accounts, refused, p50, p99, reads, alone, cpu }) => [
  '', '## Logins', '',
  `${clients} clients, ${accounts} accounts. One hash costs ${round(hash)} ms, so ${cores} cores could do at most ` +
    `${round((1000 * cores) / hash)}/s.`, '',
  '| | 2xx /s | not 2xx | p50 ms | p99 ms | max ms |', '|---|---:|---:|---:|---:|---:|',
  `| \`POST /auth/login\`, ${round(ratio, 2)} of that | ${round(rate)} | ${statuses(refused)} | ${round(p50)} | ${round(p99)} | |`,
  readLine('`GET /wallets/{id}` meanwhile', reads),
  readLine('the same without logins', alone),
  '', cpuLine(cpu),
];

const readLine = (what, { rate, refused, p50, p99, max }) =>
  `| ${what} | ${round(rate)} | ${refused} | ${round(p50, 2)} | ${round(p99, 2)} | ${round(max)} |`;

const refreshLines = ({ rate, accepted, refused, sessions, clients, p50, p99, cpu }) => [
  '', '## Refreshes', '',
  `${sessions} sessions, ${clients} clients, each token used by the next request of its session: ${Math.round(rate)}/s, ` +
    `${accepted} in total, not 2xx: ${statuses(refused)}; p50 ${round(p50)} ms, p99 ${round(p99)} ms.`,
  cpuLine(cpu),
];

const visibilityLines = (visibility) => [
  '', '## Time until a change is effective, three silos and two APIs', '',
  'At the other API: from the answer to the change to the first answer with the change. At the API that made it: the next request.', '',
  '| change | times | p50 ms | p99 ms | max ms | not seen by the next request |', '|---|---:|---:|---:|---:|---:|',
  ...[
    ['session started', visibility.started], ['role granted', visibility.given],
    ['role revoked', visibility.taken], ['session ended', visibility.ended],
  ].map(([what, { count, p50, p99, max, notNext }]) =>
    `| ${what} | ${count} | ${round(p50)} | ${round(p99)} | ${round(max)} | ${notNext} |`),
];

export const cpuLine = ({ service, database, others }) =>
  `CPU in percent of one core: service ${Math.round(service)}, database ${Math.round(database)}, load and client ${Math.round(others)}.`;

const statuses = (refused) => Object.entries(refused).map(([status, count]) => `${count} of ${status}`).join(', ') || '0';

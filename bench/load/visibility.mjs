import { parallel } from './client.mjs';
import { percentile } from './statistics.mjs';
import { sleep, until } from './processes.mjs';
import { password } from './sessions.mjs';

const pollPause = 4;
const lanes = 4;

/**
 * At the first API a user signs in, their roles are granted and revoked, and the session is ended; at the second API the user polls.
 * A delay is the time from the answer to the change until the first answer of the second API with the change: an upper bound.
 * At the first API, the very next request must see the change.
 */
export async function visibility(cluster, times) {
  const owner = cluster.client(0);
  const stamp = `${process.pid}-${Date.now()}`;
  const made = await owner.expect(201, 'POST', '/api/v1/auth/register', {
    email: `owner-${stamp}@example.com`, password, displayName: 'Bench',
    accountType: 'enterprise', organisationName: 'Bench', currency: 'USD',
  });
  owner.token = made.tokens.accessToken;
  const result = { started: delaysOf(), given: delaysOf(), taken: delaysOf(), ended: delaysOf() };
  await parallel(lanes, lanes, async (lane) => {
    const email = `bench-${stamp}-${lane}@example.com`;
    const user = await owner.expect(201, 'POST', '/api/v1/users', { email, displayName: 'Bench', password });
    for (let time = lane; time < times; time += lanes) await oneRound(cluster, owner, { email, id: user.id }, result);
  });
  owner.close();
  return Object.fromEntries(Object.entries(result).map(([kind, { delays, notNext }]) => [kind, {
    count: delays.length, notNext, p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), max: percentile(delays, 1),
  }]));
}

async function oneRound(cluster, owner, { email, id }, result) {
  const here = cluster.client(0);
  const elsewhere = cluster.client(1);
  here.token = elsewhere.token = (await here.expect(200, 'POST', '/api/v1/auth/login', { email, password })).tokens.accessToken;
  await started(result.started, here, elsewhere);
  const setRoles = (roles) => () => owner.expect(200, 'PUT', `/api/v1/users/${id}/roles`, { roles });
  await change(result.given, here, elsewhere, [403, 200], setRoles([{ role: 'viewer' }]));
  await change(result.taken, here, elsewhere, [200, 403], setRoles([]));
  await change(result.ended, here, elsewhere, [403, 401], () => here.expect(204, 'POST', '/api/v1/auth/logout'));
  here.close();
  elsewhere.close();
}

// If the second API has cached other access data of the user, it knows a new session only after that expires.
async function started(into, here, elsewhere) {
  const answered = performance.now();
  let seenAt = null;
  const isIn = async (client) => (await client.request('GET', '/api/v1/roles')).status === 403; // Signed in, but without a role.
  const next = isIn(here).then((known) => { if (!known) into.notNext++; });
  await until('the second API knows the session', async () => {
    if (!(await isIn(elsewhere))) return false;
    seenAt = performance.now();
    return true;
  }, { deadline: 10_000, pause: pollPause });
  await next;
  into.delays.push(seenAt - answered);
}

async function change(into, here, elsewhere, [before, after], work) {
  const ask = async (client) => {
    const { status } = await client.request('GET', '/api/v1/roles');
    if (status !== before && status !== after) throw new Error(`GET /api/v1/roles answered ${status}, neither ${before} nor ${after}.`);
    return status;
  };
  await until('the second API knows the current state of the user', async () => (await ask(elsewhere)) === before, { pause: pollPause });

  // Polling continues, so that the cached data can have any age when the change is made.
  let answered = null;
  let seenAt = null;
  const polling = (async () => {
    while (seenAt === null) {
      const status = await ask(elsewhere);
      const now = performance.now();
      if (status === after) seenAt = now;
      else if (answered !== null && now - answered > 10_000) throw new Error('A change was not effective within 10 s.');
      else await sleep(pollPause);
    }
  })();
  await sleep(600 * Math.random());
  await Promise.all([polling, (async () => {
    await work();
    answered = performance.now();
    if ((await ask(here)) !== after) into.notNext++;
  })()]);
  into.delays.push(Math.max(0, seenAt - answered)); // The second API may see it before the first one has answered.
  for (let again = 0; again < 5; again++) {
    if ((await ask(elsewhere)) !== after) throw new Error('A change was effective and then no longer.');
  }
}

const delaysOf = () => ({ delays: [], notNext: 0 });

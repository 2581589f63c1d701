/**
 * Durations (seconds) and sizes: a full run in under twelve minutes, or a quick one in under three.
 * Patience is how many half seconds a run waits for an idle machine.
 */
export const full = {
  wallets: 10_000, load: 12, pgbench: 10, warm: 8, lone: 10,
  patience: 10, liveRate: 1000, liveSeconds: 25, touched: 100_000, history: 1_000_000,
  accounts: 100, loginClients: 32, loginSeconds: 20, readClients: 4, readRate: 100,
  sessions: 500, refreshClients: 64, refreshSeconds: 10, changes: 50,
  pacedRate: 300, pacedSeconds: 15, rampSteps: 12, lines: 100_000,
};

export const quick = {
  wallets: 10_000, load: 3, pgbench: 2, warm: 3, lone: 2,
  patience: 1, liveRate: 1000, liveSeconds: 6, touched: 10_000, history: 50_000,
  accounts: 20, loginClients: 32, loginSeconds: 5, readClients: 4, readRate: 100,
  sessions: 100, refreshClients: 64, refreshSeconds: 3, changes: 10,
  pacedRate: 300, pacedSeconds: 4, rampSteps: 10, lines: 20_000,
};

/** The targets of issues 2, 3 and 4, and of the budgets of sub-users. `goal` is a more ambitious value. */
export const targets = {
  restToPgbench: { least: 1.5, goal: 2.5 },
  hotToPgbench: { least: 6, goal: 10 },
  restToExpress: { least: 6 },
  hotToExpress: { least: 20 },
  hotP99: { most: 50 },
  loneP50: { most: 5 },
  liveP99: { most: 250 },
  idleMemory: { most: 350 },
  touchedMemory: { most: 1024 },
  firstRequest: { most: 100 },
  ready: { most: 15 },
  access: { most: 50 },
  logins: { least: 0.9 }, // "Equals the hash cost on two cores", minus the other work of a login.
  loginsRefused: { most: 1 },
  readP99: { most: 100 },
  refreshes: { least: 500 },
  refreshesRefused: { most: 0 },
  visible: { most: 1000 },
  visibleHere: { most: 0 },
  neighbours: { most: 1.2 },
  transfers: { least: 1000 },
  budgets: { most: 1.3 },
  deadlocks: { most: 0 },
  statement: { most: 2 },
  statementMemory: { most: 64 },
  proof: { least: 100_000 },
};
